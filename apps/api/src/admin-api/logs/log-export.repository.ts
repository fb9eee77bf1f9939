import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type LogCondition, withTexts } from './log-filter';
import { type ExportedTexts, type LineRow, selectLines } from './log-line.sql';
import type { ExportFormat } from '../export/export-format';

/** Few, so that what is under way is young garbage when it is done with. */
const BATCH_ROWS = 200;

interface Plan {
  'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }];
}

/** Reads any number of rows through a cursor of the database: two batches in memory, one snapshot. */
@Injectable()
export class LogExportRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** How many rows the planner expects; for a progress bar. */
  async estimate(condition: LogCondition): Promise<number> {
    const [row] = await this.dataSource.query<Plan[]>(
      `EXPLAIN (FORMAT JSON) SELECT FROM request_log l LEFT JOIN request_energy e ON e.id = l.id WHERE ${condition.sql}`,
      condition.parameters,
    );
    return Math.round(row?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0);
  }

  /** The matching rows, newest first. The connection is held until the last batch is taken or the reader leaves. */
  async *batches(
    condition: LogCondition,
    terms: readonly string[],
    format: ExportFormat,
    texts: ExportedTexts,
  ): AsyncGenerator<LineRow[], void, undefined> {
    const { sql, parameters } = withTexts(condition, terms);
    const runner = this.dataSource.createQueryRunner();
    try {
      await runner.startTransaction('REPEATABLE READ');
      await runner.query(
        `DECLARE exported NO SCROLL CURSOR FOR
         ${selectLines(
           format,
           texts,
           `FROM request_log l
            LEFT JOIN request_energy e ON e.id = l.id
            ${texts.whole ? 'LEFT JOIN request_body b ON b.id = l.id' : ''}
           WHERE ${sql}`,
         )}`,
        parameters,
      );
      const fetch = () => {
        const rows = runner.query(`FETCH ${BATCH_ROWS} FROM exported`) as Promise<LineRow[]>;
        // Nobody waits for it where the reader has left.
        rows.catch(() => undefined);
        return rows;
      };
      let next = fetch();
      for (let more = true; more;) {
        const rows = await next;
        more = rows.length === BATCH_ROWS;
        // The database reads on while these are written.
        if (more) next = fetch();
        if (rows.length > 0) yield rows;
      }
    } finally {
      await runner.rollbackTransaction().catch(() => undefined);
      await runner.release();
    }
  }
}
