import { Component, input } from '@angular/core';
import type { Failure } from '../data/failure';
import { Icon } from './icon';

/** Why something that was asked for was not done. Nothing while there is no failure. */
@Component({
  selector: 'om-failure',
  imports: [Icon],
  template: `
    @if (of(); as failure) {
      <div class="note bad" role="alert">
        <om-icon name="warning" />
        <span>
          {{ failure.message }}
          @if (failure.retryAfterS; as seconds) {
            Try again in {{ seconds }} s.
          }
        </span>
      </div>
    }
  `,
  styles: `
    :host:empty {
      display: none;
    }
  `,
})
export class FailureNote {
  readonly of = input.required<Failure | null>();
}
