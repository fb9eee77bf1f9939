import { BadRequestException, Injectable, NotFoundException } from '@nestjs/common';
import type {
  EnergyOverview,
  EnergySeries,
  EnergyStatement,
  StatementLine,
  WhatIf,
} from '@ollameter/admin-contract';
import { BUCKET_US, toCost, toSchedule } from '@ollameter/cost-model';
import { AppConfig } from '../../config/app-config';
import { EnergyClock } from '../../energy/energy-clock';
import { TariffRepository } from '../../energy/tariff.repository';
import { TariffService } from '../../energy/tariff.service';
import { PeriodQueryDto } from '../analytics/analytics-query.dto';
import { bucketStarts, defaultBucket } from '../calendar/bucket-starts';
import { nextStart } from '../calendar/calendar-unit';
import { toInstant, toIso } from '../calendar/zone-clock';
import { InvalidFieldsError } from '../invalid-fields.error';
import { marginalByKind, sumByKind, toAmountsByKind, totalOfKinds } from './by-kind';
import { toCarbon } from './carbon';
import { addAmounts, type ExactAmount, NO_ENERGY, subtractAmounts, toEnergyAmount } from './energy-amount';
import { EnergyLedgerRepository, type KeyUse, type LedgerBucket } from './energy-ledger.repository';
import { checkPlan } from './plan-check';
import { microsToCost, type ReportPeriod, ReportPeriods } from './report-period.service';
import type { EnergySeriesQueryDto, StatementQueryDto, WhatIfQueryDto } from './report-query.dto';
import { toIsoUtc } from './tariff-item';
import type { TariffInputDto } from './tariff.dto';

/** A plan to recompute a period by. */
interface OtherTariff {
  readonly tariffId: number | null;
  readonly name: string;
  readonly currency: string;
  readonly fixedMicrosPerDay: number;
  readonly rateOf: (quarter: number) => bigint;
}

/** Where the electricity went, from the ledger: sums to what was metered, exactly. */
@Injectable()
export class EnergyReports {
  constructor(
    private readonly config: AppConfig,
    private readonly clock: EnergyClock,
    private readonly periods: ReportPeriods,
    private readonly ledger: EnergyLedgerRepository,
    private readonly tariffs: TariffService,
    private readonly versions: TariffRepository,
  ) {}

  async overview(query: PeriodQueryDto): Promise<EnergyOverview> {
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
      carbon: toCarbon(total.energyPj, this.config.carbonGramsPerKwh),
      otherCurrencies,
    };
  }

  async series(query: EnergySeriesQueryDto): Promise<EnergySeries> {
    const period = await this.periods.of(query);
    const { zone, span } = period;
    const bucket = query.bucket ?? defaultBucket(span);
    const starts = bucketStarts(span, bucket, zone);
    const { buckets } = await this.read(period);
    let next = 0;
    const items = starts.map((startMs, index) => {
      const endMs = starts[index + 1] ?? Infinity;
      const within: LedgerBucket[] = [];
      for (let row = buckets[next]; row !== undefined && row.atMs < endMs; row = buckets[next]) {
        within.push(row);
        next += 1;
      }
      const sums = sumByKind(within);
      return {
        at: toIso(startMs, zone),
        byKind: toAmountsByKind(sums),
        total: toEnergyAmount(totalOfKinds(sums)),
      };
    });
    return { bucket, timezone: zone, currency: period.currency, items };
  }

  /** @throws NotFoundException, BadRequestException without a tariff */
  async whatIf(query: WhatIfQueryDto): Promise<WhatIf> {
    if (query.tariff === undefined) throw InvalidFieldsError.of('tariff', 'must be the id of a tariff');
    const period = await this.periods.of(query);
    const record = await this.versions.find(query.tariff);
    if (record === null) throw new NotFoundException('There is no tariff with this id.');
    const tariff = await this.tariffs.tariffOf(record, period.span.fromMs * 1_000, period.span.toMs * 1_000);
    const { schedule } = tariff.versions[0];
    return this.recompute(period, {
      tariffId: record.id,
      name: record.name,
      currency: record.currency,
      fixedMicrosPerDay: record.fixedMicrosPerDay,
      rateOf: (quarter) => schedule.rateOf(quarter).rateMicrosPerKwh,
    });
  }

  /** The same for a tariff that is not stored. */
  async whatIfOf(input: TariffInputDto, query: PeriodQueryDto): Promise<WhatIf> {
    checkPlan(input.plan);
    if (input.plan.kind === 'dynamic')
      throw new BadRequestException('A dynamic tariff must be stored with its prices first.');
    const schedule = toSchedule(input.plan);
    return this.recompute(await this.periods.of(query), {
      tariffId: null,
      name: input.name,
      currency: input.currency,
      fixedMicrosPerDay: input.fixedMicrosPerDay ?? 0,
      rateOf: (quarter) => schedule.rateOf(quarter).rateMicrosPerKwh,
    });
  }

  /** One month (or any period) by key and person; by the time of use, so it adds up to the meter. */
  async statement(query: StatementQueryDto): Promise<EnergyStatement> {
    const period = await this.statementPeriod(query);
    const { span, includeDemo, currency } = period;
    const { buckets } = await this.read(period);
    const sums = sumByKind(buckets);
    const total = totalOfKinds(sums);
    const keys = await this.ledger.byKey(span, includeDemo, currency);
    const charged = keys.reduce<ExactAmount>(addAmounts, NO_ENERGY);
    const open = subtractAmounts(sums.request, charged);
    const fixed = await this.periods.fixedMicros(period);
    return {
      period: period.bounds,
      currency,
      lines: [...keys.map(toLine), ...(open.energyPj === 0n ? [] : [openLine(open)])],
      straddling: await this.ledger.straddling(span, includeDemo),
      byKind: toAmountsByKind(sums),
      total: toEnergyAmount(total),
      fixedCost: microsToCost(fixed),
      amountDue: toCost(total.costNumerator + fixed * 3_600_000_000_000_000_000n),
      tariffs: await this.tariffsOf(period),
    };
  }

  private async statementPeriod(query: StatementQueryDto): Promise<ReportPeriod> {
    const { month, ...rest } = query;
    const zone = query.timezone ?? this.config.timezone;
    const named = query.period ?? query.from ?? query.to;
    if (month === undefined)
      return this.periods.of(named === undefined ? { ...rest, period: 'month' } : rest);
    if (named !== undefined) throw InvalidFieldsError.of('month', 'must not be given together with a period');
    const parts = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month);
    if (parts === null) throw InvalidFieldsError.of('month', 'must be a month such as 2026-11');
    const fromMs = toInstant(Date.UTC(Number(parts[1]), Number(parts[2]) - 1), zone);
    const nowMs = Math.floor(this.clock.nowUs() / 1_000);
    if (fromMs > nowMs) throw InvalidFieldsError.of('month', 'must not be in the future');
    const toMs = Math.min(nextStart('month', fromMs, zone), nowMs);
    return this.periods.ofSpan({ fromMs, toMs: Math.max(toMs, fromMs + 1) }, zone, query.demo === 'true');
  }

  private async read(period: ReportPeriod): Promise<{ buckets: LedgerBucket[]; otherCurrencies: string[] }> {
    const all = await this.ledger.buckets(period.span, period.includeDemo);
    const others = new Set(all.map(({ currency }) => currency).filter((name) => name !== period.currency));
    return {
      buckets: all.filter(({ currency }) => currency === period.currency),
      otherCurrencies: [...others],
    };
  }

  private async recompute(period: ReportPeriod, other: OtherTariff): Promise<WhatIf> {
    const { buckets } = await this.read(period);
    const actual = totalOfKinds(sumByKind(buckets));
    const repriced = sumByKind(
      buckets.map((bucket) => ({
        ...bucket,
        costNumerator: bucket.energyPj * other.rateOf((bucket.atMs * 1_000) / BUCKET_US),
      })),
    );
    const cost = totalOfKinds(repriced).costNumerator;
    const days = BigInt(bucketStarts(period.span, 'day', period.zone).length);
    return {
      period: period.bounds,
      precision: 'exact',
      actual: {
        currency: period.currency,
        cost: toCost(actual.costNumerator),
        costNumerator: String(actual.costNumerator),
        fixedCost: microsToCost(await this.periods.fixedMicros(period)),
      },
      whatIf: {
        tariffId: other.tariffId,
        name: other.name,
        currency: other.currency,
        cost: toCost(cost),
        costNumerator: String(cost),
        fixedCost: microsToCost(days * BigInt(other.fixedMicrosPerDay)),
        byKind: {
          request: toCost(repriced.request.costNumerator),
          load: toCost(repriced.load.costNumerator),
          idle: toCost(repriced.idle.costNumerator),
          other: toCost(repriced.other.costNumerator),
        },
      },
      difference: other.currency === period.currency ? toCost(cost - actual.costNumerator) : null,
    };
  }

  private async tariffsOf({ span }: ReportPeriod): Promise<EnergyStatement['tariffs']> {
    const names = new Map((await this.versions.all()).map(({ id, name }) => [id, name]));
    const first = this.tariffs.tariff.versionAt(span.fromMs * 1_000);
    const later = this.tariffs.tariff.versions.filter(
      ({ validFromUs }) => validFromUs > span.fromMs * 1_000 && validFromUs < span.toMs * 1_000,
    );
    return [first, ...later].map(({ id, validFromUs }) => ({
      id,
      name: names.get(id) ?? '',
      from: toIsoUtc(validFromUs),
    }));
  }
}

function toLine({ energyPj, costNumerator, keyName, ...use }: KeyUse): StatementLine {
  return {
    ...use,
    keyName: keyName ?? (use.keyId === null ? '(no key)' : '(deleted key)'),
    ...toEnergyAmount({ energyPj, costNumerator }),
  };
}

/** What running requests have used so far: it belongs to a key's line as soon as they end. */
function openLine(open: ExactAmount): StatementLine {
  return {
    keyId: null,
    keyName: '(still running)',
    ownerId: null,
    ownerName: null,
    requests: 0,
    totalTokens: 0,
    ...toEnergyAmount(open),
  };
}
