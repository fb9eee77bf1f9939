import { Injectable } from '@nestjs/common';
import type { EnergyOverview, EnergySeries } from '@ollameter/admin-contract';
import { AppConfig } from '../../config/app-config';
import { bucketStarts, defaultBucket } from '../calendar/bucket-starts';
import { toIso } from '@ollameter/cost-model';
import { marginalByKind, sumByKind, toAmountsByKind, totalOfKinds } from './by-kind';
import { toCarbon } from './carbon';
import { toEnergyAmount } from './energy-amount';
import { EnergyLedgerRepository, type LedgerBucket } from './energy-ledger.repository';
import { microsToCost, type ReportPeriod, ReportPeriods } from './report-period.service';
import type { EnergySeriesQueryDto, ReportQueryDto } from './report-query.dto';

/** Where the electricity went, from the ledger: sums to what was metered, exactly. */
@Injectable()
export class EnergyReports {
  constructor(
    private readonly config: AppConfig,
    private readonly periods: ReportPeriods,
    private readonly ledger: EnergyLedgerRepository,
  ) {}

  async overview(query: ReportQueryDto): Promise<EnergyOverview> {
    const period = await this.periods.of(query);
    const { buckets, otherCurrencies } = await this.read(period);
    const sums = sumByKind(buckets);
    const total = totalOfKinds(sums);
    return {
      period: period.bounds,
      currency: period.currency,
      total: toEnergyAmount(total),
      byKind: toAmountsByKind(sums),
      marginal: toAmountsByKind(marginalByKind(buckets)),
      fixedCost: microsToCost(await this.periods.fixedMicros(period)),
      carbon: toCarbon(total.energyPj, this.config.carbon),
      otherCurrencies,
    };
  }

  async series(query: EnergySeriesQueryDto): Promise<EnergySeries> {
    const period = await this.periods.of(query);
    const { zone, span } = period;
    const bucket = query.bucket ?? defaultBucket(span);
    const starts = bucketStarts(span, bucket, zone);
    const { buckets } = await this.read(period, starts);
    const byStart = Map.groupBy(buckets, ({ atMs }) => atMs);
    const items = starts.map((startMs) => {
      const sums = sumByKind(byStart.get(startMs) ?? []);
      return {
        at: toIso(startMs, zone),
        byKind: toAmountsByKind(sums),
        total: toEnergyAmount(totalOfKinds(sums)),
      };
    });
    return { bucket, timezone: zone, currency: period.currency, items };
  }

  private async read(
    { span, includeDemo, currency }: ReportPeriod,
    startsMs?: number[],
  ): Promise<{ buckets: LedgerBucket[]; otherCurrencies: string[] }> {
    const all = await this.ledger.stretches(span, includeDemo, startsMs);
    const others = new Set(all.map((bucket) => bucket.currency).filter((name) => name !== currency));
    return {
      buckets: all.filter((bucket) => bucket.currency === currency),
      otherCurrencies: [...others],
    };
  }
}
