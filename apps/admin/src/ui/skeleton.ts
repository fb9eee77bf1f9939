import { Component, input } from '@angular/core';

/** A grey bar where a figure or a line will stand; its size is that of what comes. */
@Component({
  selector: 'om-skeleton',
  template: '',
  host: { class: 'sk', 'aria-hidden': 'true', '[style.width]': 'width()', '[style.height]': 'height()' },
})
export class Skeleton {
  readonly width = input('100%');
  readonly height = input('0.75rem');
}
