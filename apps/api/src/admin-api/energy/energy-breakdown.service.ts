import { Injectable } from '@nestjs/common';
import type { EnergyBreakdown, EnergyBreakdownItem } from '@ollameter/admin-contract';
import { toLocal } from '@ollameter/cost-model';
import { TariffService } from '../../energy/tariff.service';
import { sumByKind, totalOfKinds } from './by-kind';
import {
  addAmounts,
  type ExactAmount,
  NO_ENERGY,
  subtractAmounts,
  sumAmounts,
  toEnergyAmount,
} from './energy-amount';
import { type ChargedUse, EnergyLedgerRepository, type LedgerBucket } from './energy-ledger.repository';
import { type ReportPeriod, ReportPeriods } from './report-period.service';
import type { EnergyBreakdownQueryDto } from './report-query.dto';

const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour));

/** Who, what or which time the electricity went to; by the time of use. */
@Injectable()
export class EnergyBreakdowns {
  constructor(
    private readonly periods: ReportPeriods,
    private readonly ledger: EnergyLedgerRepository,
    private readonly tariffs: TariffService,
  ) {}

  /** @throws InvalidFieldsError */
  async breakdown({ by, ...query }: EnergyBreakdownQueryDto): Promise<EnergyBreakdown> {
    const period = await this.periods.of(query);
    const { span, includeDemo, currency } = period;
    if (by === 'hour' || by === 'rate') {
      const buckets = (await this.ledger.quarters(span, includeDemo)).filter(
        (bucket) => bucket.currency === currency,
      );
      const uses = by === 'hour' ? usesByHour(buckets, period.zone) : this.usesByRate(buckets);
      return toBreakdown(period, by, buckets, uses, NO_ENERGY);
    }
    const { buckets: all, uses } = await this.ledger.charged(span, includeDemo, currency, by);
    const buckets = all.filter((bucket) => bucket.currency === currency);
    return toBreakdown(
      period,
      by,
      buckets,
      uses,
      subtractAmounts(sumByKind(buckets).request, sumAmounts(uses)),
    );
  }

  /** A quarter hour has one rate, and so one name, unless a version began within it: then the one at its start. */
  private usesByRate(buckets: readonly LedgerBucket[]): ChargedUse[] {
    const { tariff } = this.tariffs;
    const uses = sumBy(buckets, ({ atMs }) => tariff.at(atMs * 1_000).period);
    return [...uses.values()].toSorted((a, b) => (a.energyPj < b.energyPj ? 1 : -1));
  }
}

function usesByHour(buckets: readonly LedgerBucket[], zone: string): ChargedUse[] {
  const uses = sumBy(buckets, ({ atMs }) => String(new Date(toLocal(atMs, zone)).getUTCHours()));
  return HOURS.map((hour) => {
    const name = `${hour.padStart(2, '0')}:00`;
    return { ...(uses.get(hour) ?? { id: hour, floor: NO_ENERGY, ...NO_ENERGY }), name };
  });
}

function sumBy(
  buckets: readonly LedgerBucket[],
  idOf: (bucket: LedgerBucket) => string,
): Map<string, ChargedUse> {
  const uses = new Map<string, ChargedUse>();
  for (const bucket of buckets) {
    const id = idOf(bucket);
    const before = uses.get(id);
    uses.set(id, {
      id,
      name: id,
      ...addAmounts(before ?? NO_ENERGY, bucket),
      floor: addAmounts(before?.floor ?? NO_ENERGY, bucket.floor),
    });
  }
  return uses;
}

function toBreakdown(
  { bounds, currency }: ReportPeriod,
  by: EnergyBreakdown['by'],
  buckets: readonly LedgerBucket[],
  uses: readonly ChargedUse[],
  running: ExactAmount,
): EnergyBreakdown {
  const sums = sumByKind(buckets);
  const total = totalOfKinds(sums);
  const isOfAll = by === 'hour' || by === 'rate';
  return {
    period: bounds,
    by,
    currency,
    items: uses.map((use) => toItem(use, total)),
    rest: {
      load: toEnergyAmount(isOfAll ? NO_ENERGY : sums.load),
      idle: toEnergyAmount(isOfAll ? NO_ENERGY : sums.idle),
      other: toEnergyAmount(isOfAll ? NO_ENERGY : sums.other),
      running: toEnergyAmount(running),
    },
    total: toEnergyAmount(total),
  };
}

function toItem(use: ChargedUse, total: ExactAmount): EnergyBreakdownItem {
  return {
    id: use.id,
    name: use.name,
    ...toEnergyAmount(use),
    marginal: toEnergyAmount(subtractAmounts(use, use.floor)),
    share: total.energyPj === 0n ? 0 : Number((use.energyPj * 1_000_000n) / total.energyPj) / 1e6,
    meanRateMicrosPerKwh: use.energyPj === 0n ? null : Number(use.costNumerator / use.energyPj),
  };
}
