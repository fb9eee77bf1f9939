import { Component, input } from '@angular/core';
import type { Figure } from '../format/figure';
import { Delta } from '../ui/delta';
import { FigureText } from '../ui/figure-text';
import { Sparkline } from '../ui/sparkline';

/** One large figure with its change and its course. */
@Component({
  selector: 'om-stat-card',
  imports: [Delta, FigureText, Sparkline],
  template: `
    <h2><i class="key k{{ hue() }}" aria-hidden="true"></i>{{ name() }}</h2>
    @if (before() !== null) {
      <om-delta [now]="now()" [before]="before() ?? 0" [good]="good()" />
    }
    <p class="figure"><om-figure [value]="figure()" /></p>
    <p class="sub">{{ sub() }}</p>
    <om-sparkline [values]="course()" [hue]="hue()" />
  `,
  styleUrl: './stat-card.css',
  host: { class: 'card', role: 'group', '[attr.aria-label]': 'name()' },
})
export class StatCard {
  readonly name = input.required<string>();
  readonly hue = input.required<1 | 2 | 3 | 4>();
  readonly figure = input.required<Figure>();
  readonly sub = input('');
  readonly now = input.required<number>();
  /** Of the period before; null where there is none to compare with. */
  readonly before = input.required<number | null>();
  readonly good = input<'up' | 'down' | null>(null);
  readonly course = input.required<readonly number[]>();
}
