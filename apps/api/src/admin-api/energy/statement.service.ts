import { Injectable } from '@nestjs/common';
import type { EnergyStatement, StatementLine, StatementPerson } from '@ollameter/admin-contract';
import { COST_DENOMINATOR, toCost, toInstant, toIso } from '@ollameter/cost-model';
import { AppConfig } from '../../config/app-config';
import { EnergyClock } from '../../energy/energy-clock';
import { TariffRepository } from '../../energy/tariff.repository';
import { TariffService } from '../../energy/tariff.service';
import { nextStart } from '../../calendar/calendar-unit';
import { InvalidFieldsError } from '../invalid-fields.error';
import { sumByKind, toAmountsByKind, totalOfKinds } from './by-kind';
import {
  addAmounts,
  type ExactAmount,
  NO_ENERGY,
  splitAmount,
  subtractAmounts,
  sumAmounts,
  toEnergyAmount,
} from './energy-amount';
import { type ReportPeriod, ReportPeriods } from './report-period.service';
import type { StatementQueryDto } from './report-query.dto';
import { type KeyUse, type StatementBooks, StatementRepository } from './statement.repository';
import { toIsoUtc } from './tariff-item';

const MICROS = 1_000_000n;

/** A line before it is rounded for display. */
interface ExactLine {
  readonly use: KeyUse;
  readonly overhead: ExactAmount;
}

/** One month (or any period) by key and person; by the time of use, so it adds up to the meter. */
@Injectable()
export class Statements {
  constructor(
    private readonly config: AppConfig,
    private readonly clock: EnergyClock,
    private readonly periods: ReportPeriods,
    private readonly repository: StatementRepository,
    private readonly tariffs: TariffService,
    private readonly versions: TariffRepository,
  ) {}

  /** @throws InvalidFieldsError */
  async statement(query: StatementQueryDto): Promise<EnergyStatement> {
    const period = await this.periodOf(query);
    const { span, zone, includeDemo, currency } = period;
    const books = await this.repository.books(span, includeDemo, currency, this.hosts(includeDemo));
    const buckets = books.buckets.filter((bucket) => bucket.currency === currency);
    const sums = sumByKind(buckets);
    const total = totalOfKinds(sums);
    const running = subtractAmounts(sums.request, sumAmounts(books.keys));
    const uses = running.energyPj === 0n ? books.keys : [...books.keys, stillRunning(running)];
    const overhead = sumAmounts([sums.load, sums.idle, sums.other]);
    const parts = splitAmount(
      overhead,
      uses.map(({ energyPj }) => energyPj),
    );
    const lines = uses.map((use, index) => ({ use, overhead: parts[index] ?? NO_ENERGY }));
    const fixed = await this.periods.fixedMicros(period);
    const nowMs = Math.floor(this.clock.nowUs() / 1_000);
    const isSettled = (books.settledToUs ?? 0) >= span.toMs * 1_000 && running.energyPj === 0n;
    return {
      period: period.bounds,
      currency,
      issuedAt: toIso(nowMs, zone),
      settledTo: books.settledToUs === null ? null : toIso(Math.floor(books.settledToUs / 1_000), zone),
      isFinal: isSettled && span.toMs < nowMs,
      lines: lines.map(toLine),
      people: toPeople(lines),
      unassigned: toEnergyAmount(subtractAmounts(overhead, sumAmounts(parts))),
      straddling: books.straddling,
      byKind: toAmountsByKind(sums),
      total: toEnergyAmount(total),
      fixedCost: toCost((fixed * COST_DENOMINATOR) / MICROS),
      amountDue: toCost(total.costNumerator + (fixed * COST_DENOMINATOR) / MICROS),
      tariffs: await this.tariffsOf(period),
      otherCurrencies: [...new Set(books.buckets.map((bucket) => bucket.currency))].filter(
        (name) => name !== currency,
      ),
      notes: notesOf(books, running),
    };
  }

  private async periodOf(query: StatementQueryDto): Promise<ReportPeriod> {
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

  private hosts(includeDemo: boolean): string[] {
    return this.config.hosts.map(({ name }) => name).filter((name) => includeDemo || name !== 'demo');
  }

  private async tariffsOf({ span }: ReportPeriod): Promise<EnergyStatement['tariffs']> {
    const records = new Map((await this.versions.all()).map((record) => [record.id, record]));
    const first = this.tariffs.tariff.versionAt(span.fromMs * 1_000);
    const later = this.tariffs.tariff.versions.filter(
      ({ validFromUs }) => validFromUs > span.fromMs * 1_000 && validFromUs < span.toMs * 1_000,
    );
    return [first, ...later].map(({ id, validFromUs }) => {
      const record = records.get(id);
      return {
        id,
        name: record?.name ?? '',
        from: toIsoUtc(validFromUs),
        source: record?.source ?? null,
        sourceDate: record?.sourceDate ?? null,
      };
    });
  }
}

function toShare(requests: number, totalTokens: number, own: ExactAmount, overhead: ExactAmount) {
  return {
    requests,
    totalTokens,
    ...toEnergyAmount(own),
    overhead: toEnergyAmount(overhead),
    withOverhead: toEnergyAmount(addAmounts(own, overhead)),
  };
}

function toLine({ use, overhead }: ExactLine): StatementLine {
  return {
    keyId: use.keyId,
    keyName: use.keyName ?? (use.keyId === null ? '(no key)' : '(deleted key)'),
    ownerId: use.ownerId,
    ownerName: use.ownerName,
    ...toShare(use.requests, use.totalTokens, use, overhead),
  };
}

/** The owners in the order of their largest line. */
function toPeople(lines: readonly ExactLine[]): StatementPerson[] {
  return [...Map.groupBy(lines, ({ use }) => use.ownerId).values()].map((own) => ({
    ownerId: own[0]?.use.ownerId ?? null,
    ownerName: own[0]?.use.ownerName ?? null,
    keys: own.filter(({ use }) => use.keyId !== null).length,
    ...toShare(
      own.reduce((sum, { use }) => sum + use.requests, 0),
      own.reduce((sum, { use }) => sum + use.totalTokens, 0),
      sumAmounts(own.map(({ use }) => use)),
      sumAmounts(own.map(({ overhead }) => overhead)),
    ),
  }));
}

/** What running requests have used so far: it belongs to a key's line as soon as they end. */
function stillRunning(amount: ExactAmount): KeyUse {
  return {
    keyId: null,
    keyName: '(still running)',
    ownerId: null,
    ownerName: null,
    requests: 0,
    totalTokens: 0,
    ...amount,
  };
}

function notesOf({ straddling }: StatementBooks, running: ExactAmount): string[] {
  return [
    'Energy is counted by the time of its use; requests and tokens by the time of their acceptance.',
    'The overhead is idling, loading of models and what came too late to be charged, in parts by energy.',
    ...(straddling === 0
      ? []
      : [
          `${straddling === 1 ? 'One request was' : `${straddling} requests were`} active across an end of the period; only what was used within it is on this statement.`,
        ]),
    ...(running.energyPj === 0n ? [] : ['Requests that still run have a line of their own until they end.']),
  ];
}
