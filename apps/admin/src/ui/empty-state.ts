import { Component, input, booleanAttribute } from '@angular/core';
import { Icon, type IconName } from './icon';

/** A panel without content: what is missing, and in its body the next step. */
@Component({
  selector: 'om-empty-state',
  imports: [Icon],
  template: `
    <span class="ico"><om-icon [name]="icon()" /></span>
    <b class="strong">{{ heading() }}</b>
    <ng-content />
  `,
  host: { class: 'empty', '[class.bad]': 'bad()' },
})
export class EmptyState {
  readonly icon = input.required<IconName>();
  readonly heading = input.required<string>();
  readonly bad = input(false, { transform: booleanAttribute });
}
