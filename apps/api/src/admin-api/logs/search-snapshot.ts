import type { EntityManager } from 'typeorm';
import { uuidv7Ms } from '../../exchange/uuid-v7';
import { before, fromLog, type LogCondition, unfoldedText } from './log-filter';
import { likePattern } from './like-pattern';
import { withinTime } from './within-time';

/** So many rows that wait for the indexer are looked at directly. */
const UNINDEXED_ROWS = 2_000;

interface Scan {
  ids: string[];
  scanned: number;
  oldestId: string | null;
}

interface Month {
  fromId: string | null;
  toId: string | null;
}

/** One search in one snapshot of the database: what was found so far, and down to which row everything was looked at. */
export class SearchSnapshot {
  /** Ids of matching rows, newest first. */
  hits: string[] = [];
  /** Every row from here on was looked at; null where none was. */
  downTo: string | null = null;
  complete = false;
  private readonly patterns: string[];

  constructor(
    private readonly manager: EntityManager,
    terms: readonly string[],
    private readonly deadlineMs: number,
  ) {
    this.patterns = terms.map(likePattern);
  }

  /** Looks into the newest rows of the window, indexed or not. */
  async scan(window: LogCondition, rows: number): Promise<void> {
    const scan = await withinTime(this.manager, this.deadlineMs - performance.now(), async () => {
      const [found] = await this.manager.query<Scan[]>(
        `WITH candidate AS MATERIALIZED (
           SELECT l.id FROM ${fromLog(window)} WHERE ${window.sql} ORDER BY l.id DESC LIMIT ${rows}
         ), oldest AS MATERIALIZED (
           SELECT id FROM candidate ORDER BY id LIMIT 1
         )
         SELECT (SELECT count(*)::integer FROM candidate) AS scanned,
                (SELECT id FROM oldest) AS "oldestId",
                ARRAY(SELECT c.id
                        FROM candidate c
                        LEFT JOIN request_search s ON s.id = c.id AND s.id >= (SELECT id FROM oldest)
                        LEFT JOIN request_unindexed u ON u.id = c.id
                        LEFT JOIN request_body b ON b.id = u.id AND b.id >= (SELECT id FROM oldest)
                       WHERE CASE WHEN s.id IS NOT NULL THEN ${this.matches('s.text', window)}
                                  ELSE ${this.matches(unfoldedText('b'), window)} END
                       ORDER BY c.id DESC) AS ids`,
        [...window.parameters, ...this.patterns],
      );
      return found;
    });
    if (scan === null || scan === undefined) return;
    this.hits.push(...scan.ids);
    this.downTo = scan.oldestId ?? this.downTo;
    this.complete = scan.scanned < rows;
  }

  /** Goes on below what was scanned, a month at a time; where that takes too long, by another scan. */
  async byIndex(window: LogCondition, needed: number, fallbackRows: number): Promise<void> {
    const rest = before(window, this.downTo);
    const waiting = await this.unindexed(rest);
    const cameThrough = !waiting.more && (await this.monthByMonth(rest, needed, waiting.ids));
    if (!cameThrough) await this.scan(before(window, this.downTo), fallbackRows);
  }

  /** False where the time ran out before the page was full or the log at its end. */
  private async monthByMonth(
    window: LogCondition,
    needed: number,
    waitingIds: readonly string[],
  ): Promise<boolean> {
    for (const month of await this.months()) {
      const found = await withinTime(this.manager, this.deadlineMs - performance.now(), () =>
        this.inMonth(window, month, needed - this.hits.length),
      );
      if (found === null) return false;
      this.hits.push(...found, ...waitingIds.filter((id) => isIn(month, id)));
      this.hits.sort((a, b) => (a < b ? 1 : -1));
      if (this.hits.length >= needed) return true;
      this.downTo = month.fromId ?? this.downTo;
    }
    this.complete = true;
    return true;
  }

  /** How many rows match, at most `limit`; null where that takes longer than `ms`. */
  count(condition: LogCondition, limit: number, ms: number): Promise<number | null> {
    return withinTime(this.manager, ms, async () => {
      const [row] = await this.manager.query<{ count: number }[]>(
        `SELECT count(*)::integer AS count FROM (
           SELECT FROM request_search s JOIN ${fromLog(condition)} ON l.id = s.id
            WHERE ${this.matches('s.text', condition)} AND ${condition.sql} LIMIT ${limit}) AS counted`,
        [...condition.parameters, ...this.patterns],
      );
      const waiting = await this.unindexed(condition);
      return waiting.more ? null : (row?.count ?? 0) + waiting.ids.length;
    });
  }

  /** The time of the oldest row that is not indexed; null where all are. */
  async indexedUpTo(): Promise<Date | null> {
    const [row] = await this.manager.query<{ id: string }[]>(
      'SELECT id FROM request_unindexed ORDER BY id LIMIT 1',
    );
    return row === undefined ? null : new Date(uuidv7Ms(row.id));
  }

  private async inMonth(window: LogCondition, { fromId, toId }: Month, limit: number): Promise<string[]> {
    const values: unknown[] = [...window.parameters, ...this.patterns];
    const bounds = [
      ...(fromId === null ? [] : [`s.id >= $${values.push(fromId)}`]),
      ...(toId === null ? [] : [`s.id < $${values.push(toId)}`]),
      this.matches('s.text', window),
    ];
    // Materialised: told of the LIMIT, the planner would rather walk the whole month.
    const rows = await this.manager.query<{ id: string }[]>(
      `WITH hit AS MATERIALIZED (SELECT s.id FROM request_search s WHERE ${bounds.join(' AND ')})
       SELECT l.id FROM hit JOIN ${fromLog(window)} ON l.id = hit.id
        WHERE ${window.sql} ORDER BY l.id DESC LIMIT ${limit}`,
      values,
    );
    return rows.map(({ id }) => id);
  }

  /** Matches among the rows that wait for the indexer; `more` where there are too many to look at. */
  private async unindexed(window: LogCondition): Promise<{ ids: string[]; more: boolean }> {
    const [row] = await this.manager.query<{ ids: string[]; more: boolean }[]>(
      `WITH waiting AS MATERIALIZED (SELECT id FROM request_unindexed ORDER BY id DESC LIMIT ${UNINDEXED_ROWS + 1})
       SELECT (SELECT count(*) > ${UNINDEXED_ROWS} FROM waiting) AS more,
              ARRAY(SELECT l.id FROM waiting w JOIN ${fromLog(window)} ON l.id = w.id JOIN request_body b ON b.id = w.id
                     WHERE ${window.sql} AND ${this.matches(unfoldedText('b'), window)} ORDER BY l.id DESC) AS ids`,
      [...window.parameters, ...this.patterns],
    );
    return row ?? { ids: [], more: false };
  }

  private async months(): Promise<Month[]> {
    return this.manager.query<Month[]>(
      `SELECT substring(bound FROM $$FROM \\('([^']+)'\\)$$) AS "fromId", substring(bound FROM $$TO \\('([^']+)'\\)$$) AS "toId"
         FROM (SELECT pg_get_expr(c.relpartbound, c.oid) AS bound
                 FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent = 'request_search'::regclass) AS partition
        ORDER BY "fromId" DESC NULLS LAST`,
    );
  }

  private matches(text: string, { parameters }: LogCondition): string {
    return this.patterns.map((_, index) => `${text} LIKE $${parameters.length + index + 1}`).join(' AND ');
  }
}

function isIn({ fromId, toId }: Month, id: string): boolean {
  return (fromId === null || id >= fromId) && (toId === null || id < toId);
}
