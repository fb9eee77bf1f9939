import { Component, input } from '@angular/core';
import type { Figure } from '../format/figure';

/** A rounded number with its unit; hover tells it exactly. */
@Component({
  selector: 'om-figure',
  template: `{{ value().figure }}<span class="unit">{{ value().unit }}</span>`,
  host: { '[attr.title]': 'value().exact' },
})
export class FigureText {
  readonly value = input.required<Figure>();
}
