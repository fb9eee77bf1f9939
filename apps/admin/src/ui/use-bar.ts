import { Component, computed, input } from '@angular/core';

const NEARLY_ALL = 0.9;

/** How much of a limit is used: in words, and as a bar that turns red near its end. */
@Component({
  selector: 'om-use-bar',
  template: `
    <span class="row between"
      ><span class="med">{{ used() }}</span
      ><span class="muted">of {{ limit() }}</span></span
    >
    <span
      class="bar"
      [class.k2f]="hue() === 2"
      [class.k3f]="hue() === 3"
      [class.k4f]="hue() === 4"
      [class.badf]="isNearlyAll()"
      ><i [style.width.%]="width()"></i
    ></span>
  `,
  styles: `
    :host {
      display: grid;
      gap: 0.3rem;
      min-width: 7.5rem;
    }
    .row {
      gap: var(--sp-3);
    }
    .bar {
      display: block;
    }
  `,
})
export class UseBar {
  /** As text, with the unit. */
  readonly used = input.required<string>();
  readonly limit = input.required<string>();
  /** 0–1; more is shown as full. */
  readonly share = input.required<number>();
  /** 1 traffic, 2 money, 3 energy, 4 tokens. */
  readonly hue = input<1 | 2 | 3 | 4>(1);

  protected readonly width = computed(() => Math.max(0, Math.min(1, this.share())) * 100);
  protected readonly isNearlyAll = computed(() => this.share() >= NEARLY_ALL);
}
