import { Component, computed, input, signal } from '@angular/core';
import { niceScale } from '../format/nice-scale';

/** One column of the chart: its parts stand on each other. */
export interface Bar {
  /** For the table and the hover: `23 Nov, 15:00`. */
  name: string;
  /** For the axis: `15:00`. */
  short: string;
  parts: readonly BarPart[];
}
export interface BarPart {
  name: string;
  value: number;
  /** The value with its unit. */
  text: string;
  /** A CSS colour. */
  colour: string;
}

const MOST_LABELS = 8;

/** Columns over time, with the same figures as a table; small enough to need no chart library. */
@Component({
  selector: 'om-bar-chart',
  template: `
    <div class="switch-row">
      <span class="now" aria-hidden="true">{{ pointed() }}</span>
      <button type="button" class="link" [attr.aria-pressed]="asTable()" (click)="asTable.set(!asTable())">
        {{ asTable() ? 'Chart' : 'Table' }}
      </button>
    </div>
    @if (asTable()) {
      <div class="box tscroll" tabindex="0" role="region" [attr.aria-label]="label()">
        <table class="tbl dense">
          <thead>
            <tr>
              <th scope="col">Time</th>
              @for (name of partNames(); track name) {
                <th class="num" scope="col">{{ name }}</th>
              }
            </tr>
          </thead>
          <tbody>
            @for (bar of bars(); track $index) {
              <tr>
                <th scope="row">{{ bar.name }}</th>
                @for (part of bar.parts; track part.name) {
                  <td class="num">{{ part.text }}</td>
                }
              </tr>
            }
          </tbody>
        </table>
      </div>
    } @else {
      <div class="box plot" role="img" [attr.aria-label]="sentence()">
        <div class="axis">
          @for (tick of scale().ticks; track tick) {
            <span [style.bottom.%]="(tick / scale().top) * 100">{{ tickText()(tick) }}</span>
          }
        </div>
        <div class="columns">
          @for (tick of scale().ticks; track tick) {
            <i class="line" [style.bottom.%]="(tick / scale().top) * 100"></i>
          }
          @for (bar of bars(); track $index) {
            <div class="column" (pointerenter)="at.set($index)" (pointerleave)="at.set(null)">
              @for (part of bar.parts; track part.name) {
                <i [style.height.%]="(part.value / scale().top) * 100" [style.background]="part.colour"></i>
              }
            </div>
          }
        </div>
        <div class="names">
          @for (bar of bars(); track $index) {
            <span>{{ $index % step() === 0 ? bar.short : '' }}</span>
          }
        </div>
      </div>
    }
  `,
  styles: `
    .switch-row {
      display: flex;
      justify-content: space-between;
      gap: var(--sp-3);
      font-size: var(--text-xs);
      line-height: var(--lh-xs);
      margin-bottom: var(--sp-2);
    }
    .now {
      color: var(--text-2);
    }
    .link {
      margin-left: auto;
    }
    .box {
      height: 11rem;
    }
    .plot {
      display: grid;
      grid-template: minmax(0, 1fr) 1.25rem / auto minmax(0, 1fr);
      gap: 0.25rem 0.5rem;
      font-size: 0.6875rem;
      line-height: 1rem;
      color: var(--text-3);
    }
    .axis {
      position: relative;
      min-width: 2.75rem;
    }
    .axis span {
      position: absolute;
      right: 0;
      transform: translateY(50%);
      white-space: nowrap;
    }
    .columns {
      position: relative;
      display: flex;
      align-items: stretch;
      border-bottom: 1px solid var(--axis);
    }
    .line {
      position: absolute;
      inset-inline: 0;
      border-top: 1px solid var(--grid);
      pointer-events: none;
    }
    .column {
      flex: 1;
      min-width: 0;
      display: flex;
      flex-direction: column-reverse;
      padding-inline: min(12%, 3px);
      position: relative;
    }
    .column:hover {
      background: var(--surface-hover);
    }
    .column i:last-of-type {
      border-radius: 2px 2px 0 0;
    }
    .names {
      grid-column: 2;
      display: flex;
      min-width: 0;
    }
    .names span {
      flex: 1;
      width: 0;
      white-space: nowrap;
      overflow: visible;
    }
  `,
})
export class BarChart {
  readonly bars = input.required<readonly Bar[]>();
  /** What is drawn, as a sentence without its full stop. */
  readonly label = input.required<string>();
  readonly valueName = input.required<string>();
  /** Writes a figure at the axis. */
  readonly tickText = input<(value: number) => string>((value) => value.toLocaleString());

  protected readonly asTable = signal(false);
  protected readonly at = signal<number | null>(null);
  protected readonly partNames = computed(() => this.bars()[0]?.parts.map(({ name }) => name) ?? []);
  protected readonly sums = computed(() =>
    this.bars().map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0)),
  );
  protected readonly scale = computed(() => niceScale(Math.max(0, ...this.sums())));
  protected readonly step = computed(() => Math.max(1, Math.ceil(this.bars().length / MOST_LABELS)));
  protected readonly pointed = computed(() => {
    const bar = this.bars()[this.at() ?? -1];
    if (bar === undefined) return '';
    const parts = bar.parts.filter(({ value }) => value > 0);
    return `${bar.name}: ${parts.map(({ name, text }) => `${name} ${text}`).join(', ') || 'nothing'}`;
  });
  protected readonly sentence = computed(() => {
    const sums = this.sums();
    const highest = sums.indexOf(Math.max(...sums));
    const bar = this.bars()[highest];
    if (bar === undefined || sums[highest] === 0) return `${this.label()}: nothing in this period.`;
    return `${this.label()}: highest at ${bar.name}. The button Table shows every figure.`;
  });
}
