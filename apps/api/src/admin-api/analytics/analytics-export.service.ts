import { Injectable } from '@nestjs/common';
import type { BreakdownItem, Overview, SeriesPoint, UsageTotals } from '@ollameter/admin-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ExportFormat, toFile } from '../export/export-format';
import { sendFile } from '../export/send-file';
import type { BreakdownExportDto, OverviewExportDto, SeriesExportDto } from './analytics-query.dto';
import { AnalyticsService } from './analytics.service';

const OVERVIEW_COLUMNS = [
  'period',
  'from',
  'to',
  'requests',
  'errors',
  'promptTokens',
  'completionTokens',
  'totalTokens',
  'energyWh',
  'energyPj',
  'cost',
  'costNumerator',
  'currency',
  'avgDurationMs',
  'avgTokensPerSecond',
  'p50DurationMs',
  'p95DurationMs',
  'p99DurationMs',
  'p50TtftMs',
  'p95TtftMs',
  'p99TtftMs',
  'activeKeys',
] as const;
const SERIES_COLUMNS = ['at', 'group', 'requests', 'errors', 'totalTokens', 'energyWh', 'cost'] as const;
const BREAKDOWN_COLUMNS = ['id', 'name', 'requests', 'totalTokens', 'energyWh', 'cost', 'share'] as const;
/** A file may hold what a chart cannot show. */
const MAX_ITEMS = 10_000;

type OverviewRow = Record<(typeof OVERVIEW_COLUMNS)[number], string | number | null>;

/** The wire of an exported file. */
interface Wire {
  request: FastifyRequest;
  reply: FastifyReply;
}

/** Analytics as files to save. */
@Injectable()
export class AnalyticsExport {
  constructor(private readonly analytics: AnalyticsService) {}

  async overview(query: OverviewExportDto, ownerId: string | null, wire: Wire): Promise<void> {
    const overview = await this.analytics.overview(query, ownerId);
    const rows = [toRow('current', overview), toRow('previous', overview.previous)];
    send<OverviewRow>(wire, 'overview', query, OVERVIEW_COLUMNS, rows);
  }

  async series(query: SeriesExportDto, ownerId: string | null, wire: Wire): Promise<void> {
    const { items } = await this.analytics.series(query, ownerId);
    send<SeriesPoint>(wire, 'series', query, SERIES_COLUMNS, items);
  }

  async breakdown(query: BreakdownExportDto, ownerId: string | null, wire: Wire): Promise<void> {
    const { items } = await this.analytics.breakdown(query, ownerId, MAX_ITEMS);
    send<BreakdownItem>(wire, `by-${query.by}`, query, BREAKDOWN_COLUMNS, items);
  }
}

function toRow(period: 'current' | 'previous', totals: UsageTotals & Pick<Overview, 'period'>): OverviewRow {
  const { p50, p95, p99 } = totals;
  return {
    ...totals,
    period,
    from: totals.period.from,
    to: totals.period.to,
    p50DurationMs: p50.durationMs,
    p95DurationMs: p95.durationMs,
    p99DurationMs: p99.durationMs,
    p50TtftMs: p50.ttftMs,
    p95TtftMs: p95.ttftMs,
    p99TtftMs: p99.ttftMs,
  };
}

function send<Row extends object>(
  { request, reply }: Wire,
  name: string,
  { format = 'csv', gzip }: { format?: ExportFormat; gzip?: 'true' | 'false' },
  columns: readonly (keyof Row & string)[],
  rows: readonly Row[],
): void {
  sendFile(request, reply, { name, format, gzip: gzip === 'true' }, [toFile<Row>(format, columns, rows)]);
}
