import { BadRequestException, Injectable, NotFoundException } from '@nestjs/common';
import type { TariffComparison, WhatIf } from '@ollameter/admin-contract';
import {
  BUCKET_US,
  COST_DENOMINATOR,
  type RateSchedule,
  toCost,
  toEnergyWh,
  toSchedule,
} from '@ollameter/cost-model';
import { type TariffRecord, TariffRepository } from '../../energy/tariff.repository';
import { TariffService } from '../../energy/tariff.service';
import { InvalidFieldsError } from '../invalid-fields.error';
import { type ExactByKind, sumByKind, totalOfKinds } from './by-kind';
import { EnergyLedgerRepository, type LedgerBucket } from './energy-ledger.repository';
import { checkPlan } from './plan-check';
import { dayStarts, microsToCost, type ReportPeriod, ReportPeriods } from './report-period.service';
import type { ReportQueryDto, WhatIfQueryDto } from './report-query.dto';
import { TARIFF_PRESETS } from './tariff-presets';
import type { TariffInputDto } from './tariff.dto';

/** A plan to recompute a period by. */
interface OtherTariff {
  readonly tariffId: number | null;
  readonly presetKey: string | null;
  readonly name: string;
  readonly currency: string;
  readonly fixedMicrosPerDay: number;
  readonly schedule: RateSchedule;
}

/** The period's ledger in its currency, and the fixed charges that were due. */
interface Books {
  readonly period: ReportPeriod;
  readonly buckets: readonly LedgerBucket[];
  readonly costNumerator: bigint;
  readonly fixedMicros: bigint;
  readonly days: bigint;
}

interface Repriced {
  readonly byKind: ExactByKind;
  readonly costNumerator: bigint;
  readonly fixedMicros: bigint;
  /** Energy of time for which a dynamic tariff knows no price; its fallback stands in. */
  readonly unpricedPj: bigint;
}

/** A period under other tariffs than those that priced it; history is not touched. */
@Injectable()
export class WhatIfs {
  constructor(
    private readonly periods: ReportPeriods,
    private readonly ledger: EnergyLedgerRepository,
    private readonly tariffs: TariffService,
    private readonly versions: TariffRepository,
  ) {}

  /** @throws NotFoundException, InvalidFieldsError without a tariff */
  async stored(query: WhatIfQueryDto): Promise<WhatIf> {
    if (query.tariff === undefined) throw InvalidFieldsError.of('tariff', 'must be the id of a tariff');
    const period = await this.periods.of(query);
    const record = await this.versions.find(query.tariff);
    if (record === null) throw new NotFoundException('There is no tariff with this id.');
    return toWhatIf(await this.read(period), await this.otherOf(record, period));
  }

  /** The same for a tariff that is not stored. */
  async posted(input: TariffInputDto, query: ReportQueryDto): Promise<WhatIf> {
    checkPlan(input.plan);
    if (input.plan.kind === 'dynamic')
      throw new BadRequestException('A dynamic tariff must be stored with its prices first.');
    const { name, currency, fixedMicrosPerDay = 0 } = input;
    return toWhatIf(await this.read(await this.periods.of(query)), {
      tariffId: null,
      presetKey: null,
      name,
      currency,
      fixedMicrosPerDay,
      schedule: toSchedule(input.plan),
    });
  }

  /** Every stored tariff, and every preset whose rates are known without a price list. */
  async all(query: ReportQueryDto): Promise<TariffComparison> {
    const period = await this.periods.of(query);
    const books = await this.read(period);
    const records = await this.versions.all();
    const stored = await Promise.all(records.map((record) => this.otherOf(record, period)));
    const presets = TARIFF_PRESETS.flatMap(({ key, name, currency, plan, fixedMicrosPerDay = 0 }) =>
      plan.kind === 'dynamic'
        ? []
        : [{ tariffId: null, presetKey: key, name, currency, fixedMicrosPerDay, schedule: toSchedule(plan) }],
    );
    const paid = books.costNumerator + toNumerator(books.fixedMicros);
    const compared = [...stored, ...presets].map((other) => {
      const repriced = reprice(books, other);
      return { other, repriced, total: repriced.costNumerator + toNumerator(repriced.fixedMicros) };
    });
    const isForeign = (currency: string) => Number(currency !== period.currency);
    return {
      period: period.bounds,
      actual: {
        currency: period.currency,
        cost: toCost(books.costNumerator),
        fixedCost: microsToCost(books.fixedMicros),
        total: toCost(paid),
      },
      items: compared
        .toSorted(
          (a, b) =>
            isForeign(a.other.currency) - isForeign(b.other.currency) ||
            Number(a.total > b.total) - Number(a.total < b.total),
        )
        .map(({ other, repriced, total }) => ({
          tariffId: other.tariffId,
          presetKey: other.presetKey,
          name: other.name,
          currency: other.currency,
          cost: toCost(repriced.costNumerator),
          fixedCost: microsToCost(repriced.fixedMicros),
          total: toCost(total),
          difference: isForeign(other.currency) ? null : toCost(total - paid),
          unpricedWh: toEnergyWh(repriced.unpricedPj),
        })),
    };
  }

  private async read(period: ReportPeriod): Promise<Books> {
    const buckets = (await this.ledger.quarters(period.span, period.includeDemo)).filter(
      ({ currency }) => currency === period.currency,
    );
    return {
      period,
      buckets,
      costNumerator: totalOfKinds(sumByKind(buckets)).costNumerator,
      fixedMicros: await this.periods.fixedMicros(period),
      days: BigInt(dayStarts(period.span, period.zone).length),
    };
  }

  private async otherOf(record: TariffRecord, { span }: ReportPeriod): Promise<OtherTariff> {
    const tariff = await this.tariffs.tariffOf(record, span.fromMs * 1_000, span.toMs * 1_000);
    const { id, name, currency, fixedMicrosPerDay } = record;
    return {
      tariffId: id,
      presetKey: null,
      name,
      currency,
      fixedMicrosPerDay,
      schedule: tariff.versions[0].schedule,
    };
  }
}

/** Exact: every rate holds for whole quarter hours, and the ledger is kept by the quarter hour. */
function reprice({ buckets, days }: Books, { schedule, fixedMicrosPerDay }: OtherTariff): Repriced {
  let unpricedPj = 0n;
  let [atMs, rate] = [NaN, schedule.rateOf(0)];
  const byKind = sumByKind(
    buckets.map((bucket) => {
      // A quarter hour has a bucket of each kind, one after the other.
      if (bucket.atMs !== atMs)
        [atMs, rate] = [bucket.atMs, schedule.rateOf((bucket.atMs * 1_000) / BUCKET_US)];
      const { rateMicrosPerKwh, period } = rate;
      if (period === 'no price') unpricedPj += bucket.energyPj;
      return { ...bucket, costNumerator: bucket.energyPj * rateMicrosPerKwh };
    }),
  );
  return {
    byKind,
    costNumerator: totalOfKinds(byKind).costNumerator,
    fixedMicros: days * BigInt(fixedMicrosPerDay),
    unpricedPj,
  };
}

function toWhatIf(books: Books, other: OtherTariff): WhatIf {
  const { period, costNumerator } = books;
  const { byKind, ...repriced } = reprice(books, other);
  return {
    period: period.bounds,
    precision: 'exact',
    actual: {
      currency: period.currency,
      cost: toCost(costNumerator),
      costNumerator: String(costNumerator),
      fixedCost: microsToCost(books.fixedMicros),
    },
    whatIf: {
      tariffId: other.tariffId,
      name: other.name,
      currency: other.currency,
      cost: toCost(repriced.costNumerator),
      costNumerator: String(repriced.costNumerator),
      fixedCost: microsToCost(repriced.fixedMicros),
      byKind: {
        request: toCost(byKind.request.costNumerator),
        load: toCost(byKind.load.costNumerator),
        idle: toCost(byKind.idle.costNumerator),
        other: toCost(byKind.other.costNumerator),
      },
      unpricedWh: toEnergyWh(repriced.unpricedPj),
    },
    difference: other.currency === period.currency ? toCost(repriced.costNumerator - costNumerator) : null,
  };
}

/** µ¤ as a cost numerator. */
function toNumerator(micros: bigint): bigint {
  return (micros * COST_DENOMINATOR) / 1_000_000n;
}
