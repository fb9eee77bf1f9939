import { Component, computed, inject, input } from '@angular/core';
import type { EnergySlice, RequestEnergy } from '@ollameter/admin-contract';
import { priceLevels } from '../charts/price-bands';
import { TimeZone } from '../data/time-zone';
import { numberFormat } from '../format/figure';
import { exactMoney, moneyColumn, rate, shortRate } from '../format/money';
import { exactTime, preciseClock } from '../format/time';

const WH_DIGITS = { minimumFractionDigits: 4, maximumFractionDigits: 4 };

/** What a request's energy and cost are made of, slice by slice; the sums are the row's, to the unit. */
@Component({
  selector: 'om-energy-slices',
  template: `
    <div class="tscroll" tabindex="0" role="group" aria-label="Slices, table">
      <table class="tbl dense">
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">Phase</th>
            <th scope="col" class="num">For, s</th>
            <th scope="col" class="num">Power, W</th>
            <th scope="col" class="num">Share</th>
            <th scope="col" class="num">Energy, Wh</th>
            <th scope="col" class="num">Rate</th>
            <th scope="col" class="num">Cost</th>
          </tr>
        </thead>
        <tbody>
          @for (row of rows(); track row.from) {
            <tr>
              <th scope="row" class="muted" [title]="row.exactFrom">{{ row.clock }}</th>
              <td>
                <i class="key" [style.background]="'var(--phase-' + row.phase + ')'" aria-hidden="true"></i>
                {{ row.phaseName }}
              </td>
              <td class="num" [title]="row.seconds + ' s'">{{ row.for }}</td>
              <td class="num" [title]="row.exactWatts + ' W'">{{ row.watts }}</td>
              <td class="num" [class.muted]="row.isAlone" [title]="row.sharing">{{ row.share }}</td>
              <td class="num" [title]="row.energyWh + ' Wh'">{{ row.wh }}</td>
              <td class="num">
                <span [class]="'chip p' + row.level" [title]="row.exactRate">{{ row.rate }}</span>
              </td>
              <td class="num" [title]="row.exactCost">
                <span class="z">{{ row.cost.quiet }}</span>{{ row.cost.digits }}
              </td>
            </tr>
          }
        </tbody>
        <tfoot>
          <tr>
            <td colspan="2">{{ sums().agree ? 'Sums to the request' : 'Sum of the slices' }}</td>
            <td class="num">{{ sums().seconds }}</td>
            <td></td>
            <td></td>
            <td class="num" [title]="sums().exactWh">{{ sums().wh }}</td>
            <td></td>
            <td class="num" [title]="sums().exactCost">
              <span class="z">{{ sums().cost.quiet }}</span>{{ sums().cost.digits }}
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
    }
    .tscroll {
      max-height: 22rem;
      overflow: auto;
    }
    .key {
      margin-right: 0.35rem;
    }
    th.muted {
      font-weight: 400;
    }
  `,
})
export class EnergySlices {
  readonly energy = input.required<RequestEnergy>();
  /** Of the gateway, where the request names none. */
  readonly currency = input.required<string>();

  private readonly zone = inject(TimeZone).zone;
  protected readonly rows = computed(() => {
    const { slices } = this.energy();
    const level = priceLevels(slices.map(({ rateMicrosPerKwh }) => rateMicrosPerKwh));
    return slices.map((slice) => ({
      from: slice.from,
      clock: preciseClock(slice.from, this.zone()),
      exactFrom: exactTime(slice.from, this.zone()),
      phase: slice.phase,
      phaseName: slice.phase === 'prompt' ? 'Prompt' : 'Generate',
      seconds: slice.seconds,
      for: seconds(slice.seconds),
      watts: numberFormat({ maximumFractionDigits: 0 }).format(slice.watts),
      exactWatts: slice.watts,
      ...sharing(slice),
      energyWh: slice.energyWh,
      wh: numberFormat(WH_DIGITS).format(slice.energyWh),
      level: level(slice.rateMicrosPerKwh),
      rate: shortRate(slice.rateMicrosPerKwh, slice.currency),
      exactRate: rate(slice.rateMicrosPerKwh, slice.currency),
      cost: moneyColumn(slice.cost, slice.currency),
      exactCost: exactMoney(slice.cost, slice.currency),
    }));
  });
  protected readonly sums = computed(() => {
    const { slices, total } = this.energy();
    const sum = (of: (slice: EnergySlice) => string) =>
      slices.reduce((all, slice) => all + BigInt(of(slice)), 0n);
    const agree =
      total !== null &&
      sum(({ energyPj }) => energyPj) === BigInt(total.energyPj) &&
      sum(({ costNumerator }) => costNumerator) === BigInt(total.costNumerator);
    const wh = total?.energyWh ?? slices.reduce((all, { energyWh }) => all + energyWh, 0);
    const cost = total?.cost ?? null;
    return {
      agree,
      seconds: seconds(slices.reduce((all, slice) => all + slice.seconds, 0)),
      wh: numberFormat(WH_DIGITS).format(wh),
      exactWh: `${wh} Wh`,
      cost: moneyColumn(cost, this.energy().currency ?? this.currency()),
      exactCost: exactMoney(cost, this.energy().currency ?? this.currency()),
    };
  });
}

function seconds(value: number): string {
  return numberFormat({ minimumFractionDigits: 3, maximumFractionDigits: 3 }).format(value);
}

/** `alone`, `1 of 3`, `1 of 2.4`: how many shared the machine, on average. */
function sharing({ sharedBy }: EnergySlice) {
  const of = numberFormat({ maximumFractionDigits: 1 }).format(sharedBy);
  return {
    isAlone: of === '1',
    share: of === '1' ? 'alone' : `1 of ${of}`,
    sharing:
      of === '1' ? 'It had the machine for itself' : `${of} requests shared the machine, this one included`,
  };
}
