import { Component, computed, input, output } from '@angular/core';
import { count } from '../format/count';
import { Icon } from './icon';

/** "1–20 of 147" and the two arrows. */
@Component({
  selector: 'om-pagination',
  imports: [Icon],
  template: `
    <nav class="row" aria-label="Pages">
      <span class="num muted">{{ range() }}</span>
      <button
        type="button"
        class="btn ic sm"
        aria-label="Newer page"
        [disabled]="page() <= 1"
        (click)="pageChange.emit(page() - 1)"
      >
        <om-icon name="chevron-left" />
      </button>
      <button
        type="button"
        class="btn ic sm"
        aria-label="Older page"
        [disabled]="isLast()"
        (click)="pageChange.emit(page() + 1)"
      >
        <om-icon name="chevron-right" />
      </button>
    </nav>
  `,
})
export class Pagination {
  readonly page = input.required<number>();
  readonly pageSize = input.required<number>();
  readonly total = input.required<number>();
  /** False where counting stopped. */
  readonly totalIsExact = input(true);
  readonly pageChange = output<number>();

  protected readonly isLast = computed(
    () => this.totalIsExact() && this.page() * this.pageSize() >= this.total(),
  );
  protected readonly range = computed(() => {
    if (this.total() === 0) return 'none';
    const first = (this.page() - 1) * this.pageSize() + 1;
    const last = this.totalIsExact()
      ? Math.min(this.page() * this.pageSize(), this.total())
      : this.page() * this.pageSize();
    return `${count(first)}–${count(last)} of ${count(this.total())}${this.totalIsExact() ? '' : '+'}`;
  });
}
