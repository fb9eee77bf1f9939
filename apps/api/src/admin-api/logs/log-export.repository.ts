import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import { escapeLiteral, type PoolClient } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver';
import { AppConfig } from '../../config/app-config';
import type { ExportFormat } from '../export/export-format';
import { CopyTuples } from './copy-tuples';
import { inlineParameters } from './inline-parameters';
import { type LogCondition, withTexts } from './log-filter';
import { type ExportedTexts, selectLines } from './log-line.sql';

/** What goes into the file. */
export interface ExportedRows {
  condition: LogCondition;
  terms: readonly string[];
  format: ExportFormat;
  texts: ExportedTexts;
}

interface Plan {
  'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }];
}

/** Reads any number of rows as the bytes of their lines: one statement, hence one snapshot. */
@Injectable()
export class LogExportRepository {
  constructor(
    private readonly config: AppConfig,
    private readonly dataSource: DataSource,
  ) {}

  /** How many rows the planner expects; for a progress bar. */
  async estimate(condition: LogCondition): Promise<number> {
    const [row] = await this.dataSource.query<Plan[]>(
      `EXPLAIN (FORMAT JSON) SELECT FROM request_log l LEFT JOIN request_energy e ON e.id = l.id WHERE ${condition.sql}`,
      condition.parameters,
    );
    return Math.round(row?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0);
  }

  /** The matching rows, newest first, as fast as they are read; whoever destroys the stream ends the statement. */
  async lines(rows: ExportedRows): Promise<CopyTuples> {
    const driver = this.dataSource.driver as PostgresDriver;
    const [client, release] = (await driver.obtainMasterConnection()) as [
      PoolClient,
      (drop: boolean) => void,
    ];
    const lines = new CopyTuples();
    client.on('error', (error) => lines.destroy(error));
    client
      .query(
        `SET default_transaction_read_only = on; SET application_name = 'ollameter export'; SET jit = off`,
      )
      .then(() => pipeline(client.query(copyTo(this.statement(rows))), lines))
      .catch((error: unknown) => lines.destroy(error as Error))
      // The only way to leave a COPY is to hang up.
      .finally(() => release(true));
    return lines;
  }

  private statement({ condition, terms, format, texts }: ExportedRows): string {
    const { sql, parameters } = withTexts(condition, terms);
    const lines = selectLines(
      format,
      texts,
      `FROM request_log l
       LEFT JOIN request_energy e ON e.id = l.id
       ${texts.whole ? 'LEFT JOIN request_body b ON b.id = l.id' : ''}
      WHERE ${sql}`,
      escapeLiteral(this.config.currency),
    );
    return `COPY (${inlineParameters(lines, parameters)}) TO STDOUT (FORMAT binary)`;
  }
}
