import { Injectable } from '@nestjs/common';
import {
  ENERGY_KINDS,
  type EnergyAmount,
  type EnergyBreakdownItem,
  type ModelLeague,
} from '@ollameter/admin-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ExportFormat, toFile } from '../export/export-format';
import { sendFile } from '../export/send-file';
import { EnergyBreakdowns } from './energy-breakdown.service';
import { EnergyReports } from './energy-report.service';
import { ModelReports } from './model-report.service';
import type {
  EnergyBreakdownExportDto,
  EnergySeriesExportDto,
  LeagueExportDto,
  StatementExportDto,
} from './report-query.dto';
import { Statements } from './statement.service';

const AMOUNT = ['energyWh', 'energyPj', 'cost', 'costNumerator'] as const;
const SERIES_COLUMNS = ['at', 'kind', ...AMOUNT, 'currency'] as const;
const BREAKDOWN_COLUMNS = ['id', 'name', ...AMOUNT, 'share', 'meanRateMicrosPerKwh', 'currency'] as const;
const STATEMENT_COLUMNS = [
  'line',
  'keyId',
  'keyName',
  'ownerName',
  'requests',
  'totalTokens',
  ...AMOUNT,
  'currency',
] as const;
const LEAGUE_COLUMNS = [
  'model',
  'host',
  'requests',
  'promptTokens',
  'completionTokens',
  'energyWh',
  'cost',
  'whPerMillionTokens',
  'costPerMillionTokens',
  'joulesPerToken',
  'tokensPerSecond',
  'concurrency',
] as const;

/** The wire of an exported file. */
interface Wire {
  request: FastifyRequest;
  reply: FastifyReply;
}

type BreakdownRow = Partial<EnergyBreakdownItem> & { currency: string };
type StatementRow = Partial<Record<(typeof STATEMENT_COLUMNS)[number], string | number | null>>;

/** Energy reports as files to save. */
@Injectable()
export class EnergyExport {
  constructor(
    private readonly reports: EnergyReports,
    private readonly breakdowns: EnergyBreakdowns,
    private readonly statements: Statements,
    private readonly models: ModelReports,
  ) {}

  /** One row for each bucket and kind that has energy. */
  async series(query: EnergySeriesExportDto, wire: Wire): Promise<void> {
    const { items, currency } = await this.reports.series(query);
    const rows = items.flatMap(({ at, byKind }) =>
      ENERGY_KINDS.filter((kind) => byKind[kind].energyPj !== '0').map((kind) => ({
        at,
        kind,
        ...byKind[kind],
        currency,
      })),
    );
    send(wire, 'energy-series', query, SERIES_COLUMNS, rows);
  }

  /** The items, and what belongs to none of them, so that the file sums to the meter. */
  async breakdown(query: EnergyBreakdownExportDto, wire: Wire): Promise<void> {
    const { items, rest, currency } = await this.breakdowns.breakdown(query);
    const remaining = Object.entries(rest)
      .filter(([, { energyPj }]) => energyPj !== '0')
      .map(([kind, amount]) => ({ id: null, name: `(${kind})`, ...amount }));
    const rows = [...items, ...remaining].map((row) => ({ ...row, currency }));
    send<BreakdownRow>(wire, `energy-by-${query.by}`, query, BREAKDOWN_COLUMNS, rows);
  }

  /** The keys' lines, then the rest of the meter, the total and the fixed charges. */
  async statement(query: StatementExportDto, wire: Wire): Promise<void> {
    const { lines, byKind, total, fixedCost, amountDue, currency } = await this.statements.statement(query);
    const rest = (['load', 'idle', 'other'] as const).map((kind) => toRow(kind, byKind[kind], currency));
    const rows: StatementRow[] = [
      ...lines.map((line) => ({ line: 'key', ...line, currency })),
      ...rest,
      toRow('total', total, currency),
      { line: 'fixed charges', cost: fixedCost, currency },
      { line: 'amount due', cost: amountDue, currency },
    ];
    send<StatementRow>(wire, 'statement', query, STATEMENT_COLUMNS, rows);
  }

  async league(query: LeagueExportDto, wire: Wire): Promise<void> {
    const { items } = await this.models.league(query);
    send<ModelLeague['items'][number]>(wire, 'energy-models', query, LEAGUE_COLUMNS, items);
  }
}

function toRow(line: string, amount: EnergyAmount, currency: string): StatementRow {
  return { line, ...amount, currency };
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
