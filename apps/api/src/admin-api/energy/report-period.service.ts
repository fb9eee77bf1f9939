import { Injectable } from '@nestjs/common';
import type { PeriodBounds } from '@ollameter/admin-contract';
import { COST_DENOMINATOR, toCost, toIso } from '@ollameter/cost-model';
import { AppConfig } from '../../config/app-config';
import { EnergyClock } from '../../energy/energy-clock';
import { TariffRepository } from '../../energy/tariff.repository';
import { TariffService } from '../../energy/tariff.service';
import { type Span, toPeriodPair } from '../calendar/calendar-period';
import { nextStart, startOf } from '../../calendar/calendar-unit';
import { EnergyLedgerRepository } from './energy-ledger.repository';
import type { ReportQueryDto } from './report-query.dto';

/** The time that a report is about, and what belongs to all of it. */
export interface ReportPeriod {
  readonly span: Span;
  readonly zone: string;
  readonly bounds: PeriodBounds;
  readonly includeDemo: boolean;
  /** Of the tariff at the period's end; what was priced in another is not in its sums. */
  readonly currency: string;
}

@Injectable()
export class ReportPeriods {
  constructor(
    private readonly config: AppConfig,
    private readonly clock: EnergyClock,
    private readonly ledger: EnergyLedgerRepository,
    private readonly tariffs: TariffService,
    private readonly versions: TariffRepository,
  ) {}

  /** @throws InvalidFieldsError */
  async of(query: ReportQueryDto): Promise<ReportPeriod> {
    const zone = query.timezone ?? this.config.timezone;
    const includeDemo = query.demo === 'true';
    const openStart = query.period === 'all' || (query.from === undefined && query.to !== undefined);
    const firstMs = openStart ? await this.ledger.firstBucketMs(includeDemo) : null;
    const { current } = toPeriodPair(query, zone, Math.floor(this.clock.nowUs() / 1_000), firstMs);
    return this.ofSpan(current, zone, includeDemo);
  }

  ofSpan(span: Span, zone: string, includeDemo: boolean): ReportPeriod {
    return {
      span,
      zone,
      bounds: { from: toIso(span.fromMs, zone), to: toIso(span.toMs, zone), timezone: zone },
      includeDemo,
      currency: this.tariffs.tariff.versionAt(span.toMs * 1_000 - 1).currency,
    };
  }

  /** Fixed charges of the local days that began in the period, µ¤: each day at the version in force when it began. */
  async fixedMicros({ span, zone, currency }: ReportPeriod): Promise<bigint> {
    const records = new Map((await this.versions.all()).map((record) => [record.id, record]));
    if ([...records.values()].every(({ fixedMicrosPerDay }) => fixedMicrosPerDay === 0)) return 0n;
    let sum = 0n;
    for (const startMs of dayStarts(span, zone)) {
      const record = records.get(this.tariffs.tariff.versionAt(startMs * 1_000).id);
      if (record?.currency === currency) sum += BigInt(record.fixedMicrosPerDay);
    }
    return sum;
  }
}

/** µ¤ as a decimal string of twelve fraction digits. */
export function microsToCost(micros: bigint): string {
  return toCost((micros * COST_DENOMINATOR) / 1_000_000n);
}

/** The instants within the span at which a day of the zone begins, Unix ms. */
export function dayStarts({ fromMs, toMs }: Span, zone: string): number[] {
  const starts: number[] = [];
  const firstMs = startOf('day', fromMs, zone);
  let atMs = firstMs < fromMs ? nextStart('day', firstMs, zone) : firstMs;
  for (; atMs < toMs; atMs = nextStart('day', atMs, zone)) starts.push(atMs);
  return starts;
}
