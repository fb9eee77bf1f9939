import { Component, computed, input } from '@angular/core';
import { change } from '../format/change';
import { percent } from '../format/count';
import { Icon } from './icon';

/** The change against the period before: always with an arrow, coloured only where better or worse is certain. */
@Component({
  selector: 'om-delta',
  imports: [Icon],
  template: `
    @if (change().direction === 'same') {
      <span aria-hidden="true">=</span><span class="sr">unchanged</span>
    } @else {
      <om-icon [name]="change().direction === 'up' ? 'up' : 'down'" />
      <span class="sr">{{ change().direction }} </span>{{ text() }}
    }
  `,
  host: { class: 'delta', '[class.good]': "verdict() === 'good'", '[class.bad]': "verdict() === 'bad'" },
})
export class Delta {
  readonly now = input.required<number>();
  readonly before = input.required<number>();
  /** Which direction is good news; null where neither is. */
  readonly good = input<'up' | 'down' | null>(null);

  protected readonly change = computed(() => change(this.now(), this.before()));
  protected readonly text = computed(() => {
    const { share } = this.change();
    if (share === null) return 'new';
    return share >= 10 ? `×${Math.round(share + 1)}` : percent(share);
  });
  protected readonly verdict = computed(() => {
    const { direction, share } = this.change();
    // Against nothing, more is neither better nor worse.
    if (this.good() === null || direction === 'same' || share === null) return null;
    return direction === this.good() ? 'good' : 'bad';
  });
}
