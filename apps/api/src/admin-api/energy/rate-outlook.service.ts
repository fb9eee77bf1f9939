import { Injectable } from '@nestjs/common';
import type { CheapestHours, EnergyForecast, RateSeries } from '@ollameter/admin-contract';
import { BUCKET_US, toCost, toEnergyWh, HOUR_MS, toIso, toLocal } from '@ollameter/cost-model';
import { AppConfig } from '../../config/app-config';
import { EnergyClock } from '../../energy/energy-clock';
import { TariffService } from '../../energy/tariff.service';
import { nextStart, startOf } from '../../calendar/calendar-unit';
import { sumByKind, totalOfKinds } from './by-kind';
import { toEnergyAmount } from './energy-amount';
import { EnergyLedgerRepository, type LedgerBucket } from './energy-ledger.repository';
import { rateSpan } from './rate-span';
import { microsToCost, ReportPeriods } from './report-period.service';
import { toRateSeries } from './tariff-item';
import type { RatesQueryDto } from './tariff.dto';

const QUARTER_MS = BUCKET_US / 1_000;
const DAY_MS = 86_400_000;
const HISTORY_DAYS = 28;
/** From here on weekdays are told apart. */
const WEEKDAY_DAYS = 14;

/** What is to come: the cheapest hours, and the month's end. */
@Injectable()
export class RateOutlook {
  constructor(
    private readonly config: AppConfig,
    private readonly clock: EnergyClock,
    private readonly tariffs: TariffService,
    private readonly periods: ReportPeriods,
    private readonly ledger: EnergyLedgerRepository,
  ) {}

  /**
   * The coming hours in the order of time, each with its rank by rate; of an hour with two rates the mean, of the one
   * that runs of what is left of it.
   */
  cheapest(hours: number): CheapestHours {
    const zone = this.config.timezone;
    const { tariff } = this.tariffs;
    const nowMs = Math.floor(this.clock.nowUs() / 1_000);
    const firstMs = startOf('hour', nowMs, zone);
    const items = Array.from({ length: hours }, (_, index) => {
      const fromMs = firstMs + index * HOUR_MS;
      const rates = [0, 1, 2, 3]
        .map((quarter) => fromMs + quarter * QUARTER_MS)
        .filter((quarterMs) => quarterMs + QUARTER_MS > nowMs)
        .map((quarterMs) => tariff.at(Math.max(quarterMs, nowMs) * 1_000));
      const mean = rates.reduce((sum, rate) => sum + Number(rate.rateMicrosPerKwh), 0) / rates.length;
      return { fromMs, rate: Math.round(mean), period: rates[0]?.period ?? '' };
    });
    const ranked = items.toSorted((a, b) => a.rate - b.rate || a.fromMs - b.fromMs);
    return {
      currency: tariff.versionAt(nowMs * 1_000).currency,
      timezone: zone,
      items: items.map((item) => ({
        from: toIso(item.fromMs, zone),
        to: toIso(item.fromMs + HOUR_MS, zone),
        rateMicrosPerKwh: item.rate,
        period: item.period,
        rank: ranked.indexOf(item) + 1,
      })),
    };
  }

  /** The rates in force in a time, version after version; by default the coming week. @throws InvalidFieldsError */
  async rates(query: RatesQueryDto): Promise<RateSeries> {
    await this.tariffs.refresh();
    const { fromUs, toUs } = rateSpan(query, this.config.timezone, this.clock.nowUs());
    return toRateSeries(this.tariffs.tariff, fromUs, toUs);
  }

  /** This month so far, and to its end as the last weeks went, at the rates to come; not from less than a day. */
  async forecast(): Promise<EnergyForecast> {
    const zone = this.config.timezone;
    const nowMs = Math.floor(this.clock.nowUs() / 1_000);
    const fromMs = startOf('month', nowMs, zone);
    const toMs = nextStart('month', nowMs, zone);
    const period = this.periods.ofSpan({ fromMs, toMs }, zone, false);
    const firstMs = (await this.ledger.firstBucketMs(false)) ?? nowMs;
    const historyMs = { fromMs: Math.max(firstMs, nowMs - HISTORY_DAYS * DAY_MS), toMs: nowMs };
    const history = await this.ledger.quarters(historyMs, false);
    const days = (nowMs - historyMs.fromMs) / DAY_MS;
    const mean = meanByQuarter(history, historyMs.fromMs, nowMs, zone, days >= WEEKDAY_DAYS);
    const buckets = (await this.ledger.stretches({ fromMs, toMs: nowMs }, false)).filter(
      ({ currency }) => currency === period.currency,
    );
    const soFar = totalOfKinds(sumByKind(buckets));
    let { energyPj, costNumerator } = soFar;
    const isKnown = days >= 1;
    for (let atMs = Math.ceil(nowMs / QUARTER_MS) * QUARTER_MS; isKnown && atMs < toMs; atMs += QUARTER_MS) {
      const quarterPj = mean(atMs);
      energyPj += quarterPj;
      costNumerator += quarterPj * this.tariffs.tariff.at(atMs * 1_000).rateMicrosPerKwh;
    }
    return {
      period: period.bounds,
      currency: period.currency,
      soFar: toEnergyAmount(soFar),
      expected: isKnown
        ? {
            energyWh: toEnergyWh(energyPj),
            cost: toCost(costNumerator),
            fixedCost: microsToCost(await this.periods.fixedMicros(period)),
          }
        : null,
      basis:
        days >= WEEKDAY_DAYS
          ? 'The same weekdays’ quarter hours of the last four weeks, at the rates to come.'
          : isKnown
            ? 'The same quarter hours of the days so far, weekdays and weekends alike, at the rates to come.'
            : 'A forecast needs a day of use to go by; less is known yet.',
      daysOfHistory: Math.floor(days),
    };
  }
}

/** Mean energy of the quarter hours of the same local time in the history. */
function meanByQuarter(
  history: readonly LedgerBucket[],
  fromMs: number,
  toMs: number,
  zone: string,
  byWeekday: boolean,
): (atMs: number) => bigint {
  const classOf = (atMs: number): number => {
    const local = new Date(toLocal(atMs, zone));
    const quarter = local.getUTCHours() * 4 + Math.floor(local.getUTCMinutes() / 15);
    return byWeekday ? local.getUTCDay() * 96 + quarter : quarter;
  };
  const occurred = new Map<number, number>();
  const firstMs = Math.floor(fromMs / QUARTER_MS) * QUARTER_MS;
  for (let atMs = firstMs; atMs < toMs; atMs += QUARTER_MS)
    occurred.set(classOf(atMs), (occurred.get(classOf(atMs)) ?? 0) + 1);
  const used = new Map<number, bigint>();
  for (const { atMs, energyPj } of history)
    used.set(classOf(atMs), (used.get(classOf(atMs)) ?? 0n) + energyPj);
  return (atMs) => (used.get(classOf(atMs)) ?? 0n) / BigInt(occurred.get(classOf(atMs)) ?? 1);
}
