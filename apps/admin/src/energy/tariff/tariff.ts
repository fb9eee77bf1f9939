import { Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { RateSeries, TariffItem, TariffList, TariffPreset } from '@ollameter/admin-contract';
import { ChartCard } from '../../charts/chart-card';
import { DataTable } from '../../charts/data-table';
import type { TableData } from '../../charts/table-data';
import { Clock } from '../../data/clock';
import { polled } from '../../data/polled';
import { TimeZone } from '../../data/time-zone';
import { rate } from '../../format/money';
import { clock, offset, shortDay } from '../../format/time';
import { Session } from '../../session/session';
import { Icon } from '../../ui/icon';
import { MenuButton } from '../../ui/menu-button';
import { Panel } from '../../ui/panel';
import { Skeleton } from '../../ui/skeleton';
import { TariffVersions } from './tariff-versions';
import { tariffWords } from './tariff-words';
import { WeekPrices } from './week-prices';
import { weekStarts } from './week-rows';
import { WhatIfs } from './what-ifs';

/** What a kWh costs: now, this week, before and later, and what another tariff would have. */
@Component({
  selector: 'om-tariff',
  imports: [
    ChartCard,
    DataTable,
    Icon,
    MenuButton,
    Panel,
    RouterLink,
    Skeleton,
    TariffVersions,
    WeekPrices,
    WhatIfs,
  ],
  templateUrl: './tariff.html',
  styles: `
    .g > div {
      display: grid;
      min-width: 0;
    }
    .figure {
      font-size: var(--text-2xl);
      line-height: var(--lh-2xl);
      font-weight: 600;
      letter-spacing: var(--track-tight);
    }
    .words {
      display: grid;
      gap: var(--sp-1);
      margin-top: var(--sp-3);
      padding-top: var(--sp-3);
      border-top: 1px solid var(--border);
    }
    .tall {
      --table-height: 17rem;
    }
    .now {
      overflow-wrap: anywhere;
    }
  `,
})
export class TariffPage {
  private readonly session = inject(Session);
  private readonly zone = inject(TimeZone).zone;
  protected readonly nowMs = inject(Clock).nowMs;
  protected readonly mayWrite = computed(() => this.session.may('energy:write'));

  protected readonly list = polled<TariffList>(() => '/api/tariffs');
  protected readonly presets = polled<TariffPreset[]>(() => '/api/tariffs/presets', { everyMs: 0 });
  protected readonly inForce = computed<TariffItem | undefined>(() =>
    this.list.value()?.items.find(({ state }) => state === 'in_force'),
  );
  protected readonly revision = computed(() =>
    JSON.stringify(
      this.list.value()?.items.map(({ id, name, plan, prices }) => [id, name, plan, prices?.count]),
    ),
  );
  /** The hours of a tariff are its own zone's. */
  protected readonly pricedZone = computed(() => {
    const plan = this.inForce()?.plan;
    return plan?.kind === 'time_of_use' ? plan.timezone : this.zone();
  });
  private readonly week = computed(
    () => weekStarts(this.nowMs(), this.pricedZone()),
    // The clock ticks every half minute, the week does not.
    { equal: (a, b) => a[0] === b[0] },
  );
  protected readonly rates = polled<RateSeries>(
    () => {
      const [from, to] = [this.week()[0], this.week()[7]];
      if (this.inForce() === undefined || from === undefined || to === undefined) return undefined;
      return {
        url: '/api/energy/rates',
        params: { from: new Date(from).toISOString(), to: new Date(to).toISOString() },
      };
    },
    { everyMs: 300_000 },
  );
  protected readonly words = computed(() => {
    const item = this.inForce();
    return item === undefined ? [] : tariffWords(item.plan, item.currency, item.fixedMicrosPerDay);
  });
  protected readonly now = computed(() => {
    const now = this.list.value()?.now;
    if (now === undefined) return null;
    const isFlat = this.inForce()?.plan.kind === 'flat';
    return {
      rate: rate(now.rateMicrosPerKwh, now.currency),
      period: isFlat ? 'at every hour' : `${now.period}, until ${clock(now.until, this.pricedZone())}`,
    };
  });
  protected readonly source = computed(() => {
    const item = this.inForce();
    if (item === undefined) return '';
    if (item.origin === 'environment' && item.source === null) return 'Set by ELECTRICITY_RATE.';
    return (
      [item.source ?? 'No source is given', item.sourceDate].filter((part) => part !== null).join(', ') + '.'
    );
  });
  protected readonly zoneNote = computed(
    () => `Hours of ${this.pricedZone()}, ${offset(new Date(this.nowMs()), this.pricedZone())}`,
  );
  protected readonly table = computed<TableData | undefined>(() => {
    const series = this.rates.value();
    if (series === undefined) return undefined;
    const zone = this.pricedZone();
    const moment = (at: string) => `${shortDay(at, zone)}, ${clock(at, zone)}`;
    return {
      columns: [
        { name: 'From', isText: true },
        { name: 'To', isText: true },
        { name: 'Period', isText: true },
        { name: `Price, ${series.currency}/kWh` },
      ],
      rows: series.items.map(({ from, to, period, rateMicrosPerKwh }) => [
        { text: moment(from), value: from },
        { text: moment(to), value: to },
        { text: period },
        { text: rate(rateMicrosPerKwh, series.currency), value: rateMicrosPerKwh / 1e6 },
      ]),
    };
  });
}
