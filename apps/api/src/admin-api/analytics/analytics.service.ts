import { Injectable } from '@nestjs/common';
import type {
  Breakdown,
  BreakdownItem,
  Overview,
  PeriodBounds,
  Series,
  SeriesPoint,
} from '@ollameter/admin-contract';
import { fromNumeric, toCost, toEnergyWh, toIso } from '@ollameter/cost-model';
import { AppConfig } from '../../config/app-config';
import { bucketStarts, defaultBucket } from '../calendar/bucket-starts';
import { type PeriodPair, type Span, toPeriodPair } from '../calendar/calendar-period';
import type { BreakdownQueryDto, PeriodQueryDto, SeriesQueryDto } from './analytics-query.dto';
import {
  type BreakdownSums,
  type SeriesSums,
  UsageRepository,
  type UsageScope,
  type UsageSums,
} from './usage.repository';
import { toUsageTotals } from './usage-totals';

const TOP_GROUPS = 10;
const OTHER = '(other)';

@Injectable()
export class AnalyticsService {
  constructor(
    private readonly config: AppConfig,
    private readonly usage: UsageRepository,
  ) {}

  async overview(query: PeriodQueryDto, ownerId: string | null): Promise<Overview> {
    const zone = this.zoneOf(query);
    const { current, previous } = await this.periodOf(query, zone);
    const [now, before] = await this.usage.totals(
      this.scopeOf(query, current, ownerId),
      this.scopeOf(query, previous, ownerId),
    );
    const totals = (span: Span, sums: UsageSums) => ({
      period: toBounds(span, zone),
      ...toUsageTotals(sums, this.config.currency),
    });
    return { ...totals(current, now), previous: totals(previous, before) };
  }

  /** Every bucket of the period, and with a grouping every bucket of each of the ten largest groups and the rest. */
  async series(query: SeriesQueryDto, ownerId: string | null): Promise<Series> {
    const zone = this.zoneOf(query);
    const { current } = await this.periodOf(query, zone);
    const bucket = query.bucket ?? defaultBucket(current);
    const groupBy = query.groupBy ?? null;
    const starts = bucketStarts(current, bucket, zone);
    const sums = await this.usage.series(this.scopeOf(query, current, ownerId), starts, groupBy, TOP_GROUPS);
    return { bucket, groupBy, timezone: zone, items: toPoints(sums, starts, groupBy !== null, zone) };
  }

  /** @param limit how many items before the rest is summed in `other` */
  async breakdown(query: BreakdownQueryDto, ownerId: string | null, limit = TOP_GROUPS): Promise<Breakdown> {
    const { current } = await this.periodOf(query, this.zoneOf(query));
    const sums = await this.usage.breakdown(this.scopeOf(query, current, ownerId), query.by, limit);
    const allRequests = sums.reduce((sum, { requests }) => sum + Number(requests), 0);
    const items = sums.map((row) => toBreakdownItem(row, allRequests));
    const rest = items.find((_, index) => sums[index]?.id === null);
    return {
      items: items.filter((item) => item !== rest),
      other: rest === undefined ? null : withoutName(rest),
    };
  }

  private zoneOf(query: PeriodQueryDto): string {
    return query.timezone ?? this.config.timezone;
  }

  private async periodOf(query: PeriodQueryDto, zone: string): Promise<PeriodPair> {
    const openStart = query.period === 'all' || (query.from === undefined && query.to !== undefined);
    const first = openStart ? await this.usage.firstBucketMs(query.demo === 'true') : null;
    return toPeriodPair(query, zone, Date.now(), first);
  }

  private scopeOf(query: PeriodQueryDto, span: Span, ownerId: string | null): UsageScope {
    const includeDemo = query.demo === 'true';
    return { span, includeDemo, currency: this.config.currency, ownerId, keyId: query.key ?? null };
  }
}

function toBounds({ fromMs, toMs }: Span, zone: string): PeriodBounds {
  return { from: toIso(fromMs, zone), to: toIso(toMs, zone), timezone: zone };
}

function toPoints(
  sums: readonly SeriesSums[],
  starts: readonly number[],
  grouped: boolean,
  zone: string,
): SeriesPoint[] {
  const bySlot = new Map(sums.map((row) => [`${row.slot}/${groupOf(row) ?? ''}`, row]));
  const groups = grouped ? [...new Set(sums.map(groupOf))].sort() : [];
  if (groups.length === 0) groups.push(null);
  function groupOf(row: SeriesSums): string | null {
    return grouped ? (row.name ?? OTHER) : null;
  }
  return starts.flatMap((startMs, index) =>
    groups.map((group) => {
      const row = bySlot.get(`${index + 1}/${group ?? ''}`);
      return {
        at: toIso(startMs, zone),
        group,
        requests: Number(row?.requests ?? 0),
        errors: Number(row?.errors ?? 0),
        totalTokens: Number(row?.totalTokens ?? 0),
        energyWh: toEnergyWh(fromNumeric(row?.energyPj ?? '0')),
        cost: toCost(fromNumeric(row?.costNumerator ?? '0')),
      };
    }),
  );
}

function toBreakdownItem(row: BreakdownSums, allRequests: number): BreakdownItem {
  const requests = Number(row.requests);
  return {
    id: row.id ?? '',
    name: row.name ?? '',
    requests,
    totalTokens: Number(row.totalTokens),
    energyWh: toEnergyWh(fromNumeric(row.energyPj)),
    cost: toCost(fromNumeric(row.costNumerator)),
    share: allRequests === 0 ? 0 : requests / allRequests,
  };
}

function withoutName({ id: _id, name: _name, ...figures }: BreakdownItem): Breakdown['other'] {
  return figures;
}
