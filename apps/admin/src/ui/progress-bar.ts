import { Component, input } from '@angular/core';

/** How much of something is done; empty while that is not known. */
@Component({
  selector: 'om-progress-bar',
  template: `<progress [attr.aria-label]="label()" max="1" [attr.value]="share()"></progress>`,
  styles: `
    :host {
      display: block;
    }
    progress {
      appearance: none;
      display: block;
      width: 100%;
      height: 6px;
      border: 0;
      border-radius: 3px;
      overflow: hidden;
      background: var(--chart-ghost);
    }
    progress::-webkit-progress-bar {
      background: var(--chart-ghost);
    }
    progress::-webkit-progress-value {
      background: var(--chart-1);
    }
    progress::-moz-progress-bar {
      background: var(--chart-1);
    }
  `,
})
export class ProgressBar {
  readonly label = input.required<string>();
  /** 0–1; null while unknown. */
  readonly share = input.required<number | null>();
}
