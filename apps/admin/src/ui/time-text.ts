import { Component, computed, inject, input } from '@angular/core';
import { TimeZone } from '../data/time-zone';
import { exactTime, moment } from '../format/time';

/** A moment in the chosen zone; hover tells date, milliseconds and offset. */
@Component({
  selector: 'om-time',
  template: `<time [attr.datetime]="at()" [attr.title]="exact()">{{ short() }}</time>`,
})
export class TimeText {
  readonly at = input.required<string>();
  private readonly zone = inject(TimeZone).zone;
  protected readonly short = computed(() => moment(this.at(), this.zone()));
  protected readonly exact = computed(() => exactTime(this.at(), this.zone()));
}
