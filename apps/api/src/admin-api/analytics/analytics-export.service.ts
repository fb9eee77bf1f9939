import { Injectable } from '@nestjs/common';
import type { BreakdownItem, SeriesPoint } from '@ollameter/admin-contract';
import type { FastifyReply } from 'fastify';
import type { BreakdownExportDto, SeriesExportDto } from './analytics-query.dto';
import { AnalyticsService } from './analytics.service';
import { toCsv } from './to-csv';

const SERIES_COLUMNS = ['at', 'group', 'requests', 'errors', 'totalTokens', 'energyWh', 'cost'] as const;
const BREAKDOWN_COLUMNS = ['id', 'name', 'requests', 'totalTokens', 'energyWh', 'cost', 'share'] as const;
/** A file may hold what a chart cannot show. */
const MAX_ITEMS = 10_000;

/** Analytics as files to save. */
@Injectable()
export class AnalyticsExport {
  constructor(private readonly analytics: AnalyticsService) {}

  async series(query: SeriesExportDto, ownerId: string | null, reply: FastifyReply): Promise<string> {
    const { items } = await this.analytics.series(query, ownerId);
    return attach<SeriesPoint>(reply, 'series', query.format, SERIES_COLUMNS, items);
  }

  async breakdown(query: BreakdownExportDto, ownerId: string | null, reply: FastifyReply): Promise<string> {
    const { items } = await this.analytics.breakdown(query, ownerId, MAX_ITEMS);
    return attach<BreakdownItem>(reply, `by-${query.by}`, query.format, BREAKDOWN_COLUMNS, items);
  }
}

function attach<Row extends object>(
  reply: FastifyReply,
  name: string,
  format: 'csv' | 'json' = 'csv',
  columns: readonly (keyof Row & string)[],
  rows: readonly Row[],
): string {
  void reply
    .type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8')
    .header('content-disposition', `attachment; filename="ollameter-${name}.${format}"`);
  return format === 'csv' ? toCsv(columns, rows) : JSON.stringify(rows, null, 2);
}
