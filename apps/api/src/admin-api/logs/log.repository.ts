import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { DataSource, type EntityManager } from 'typeorm';
import { ReadOnlyDatabase } from '../read-only-database.service';
import { before, fromLog, type LogCondition, type LogPlace } from './log-filter';
import { DETAIL_COLUMNS, LOG_COLUMNS, type LogDetailRow, type LogRow } from './log-row';
import { withinTime } from './within-time';

/** Counting stops here: a list of ten thousand is not read to its end. */
export const EXACT_COUNT_LIMIT = 10_000;
/** Filters that no index helps may not keep the page waiting for its count. */
const COUNT_MS = 1_000;

/** One page of rows. */
export interface LogRows {
  rows: LogRow[];
  total: number;
  totalIsExact: boolean;
  /** Where the next page starts; null at the end. */
  nextBeforeId: string | null;
}

@Injectable()
export class LogRepository {
  constructor(
    private readonly database: ReadOnlyDatabase,
    private readonly writable: DataSource,
  ) {}

  /** The rows of a page, newest first, and how many there are without it. */
  page(condition: LogCondition, place: LogPlace): Promise<LogRows> {
    return this.database.read(async (manager) => {
      const window = before(condition, place.beforeId);
      // The place is found first, in an index alone where there is one; then only the page's rows are read.
      const rows = await manager.query<LogRow[]>(
        `WITH page AS MATERIALIZED (
           SELECT l.id FROM ${fromLog(window)} WHERE ${window.sql}
            ORDER BY l.id DESC LIMIT ${place.pageSize + 1} OFFSET ${offsetOf(place)}
         )
         SELECT ${LOG_COLUMNS}
           FROM page p JOIN request_log l ON l.id = p.id LEFT JOIN request_energy e ON e.id = p.id
          ORDER BY l.id DESC`,
        window.parameters,
      );
      const counted = await withinTime(manager, COUNT_MS, () => countUpTo(manager, condition));
      return { ...cut(rows, place.pageSize), ...(counted ?? atLeast(place, rows.length)) };
    });
  }

  /** The keys that are asked for, of those that are within reach; null is all of them. */
  async keyIds(key: string | undefined, ownerId: string | null): Promise<string[] | null> {
    if (ownerId === null && key === undefined) return null;
    if (ownerId === null && key !== undefined && isUUID(key)) return [key];
    return this.database.read(async (manager) => {
      const rows = await manager.query<{ id: string }[]>(
        `SELECT id FROM api_key
          WHERE ($1::uuid IS NULL OR owner_id = $1) AND ($2::text IS NULL OR name = $2 OR id::text = lower($2))`,
        [ownerId, key ?? null],
      );
      return rows.map(({ id }) => id);
    });
  }

  /** Everything about one row; null when there is none. */
  find(id: string): Promise<LogDetailRow | null> {
    return this.database.read(async (manager) => {
      const [row] = await manager.query<LogDetailRow[]>(
        `SELECT ${LOG_COLUMNS}, ${DETAIL_COLUMNS}
           FROM request_log l
           LEFT JOIN request_energy e ON e.id = $1
           LEFT JOIN request_body b ON b.id = $1
           LEFT JOIN api_key k ON k.id = l.key_id
          WHERE l.id = $1`,
        [id],
      );
      return row ?? null;
    });
  }

  /** Deletes the texts of a row, its previews, and what the search holds of them. */
  async eraseTexts(id: string): Promise<void> {
    await this.writable.transaction(async (manager) => {
      // First: where the indexer has the row in hand, this waits for it.
      await manager.query('DELETE FROM request_unindexed WHERE id = $1', [id]);
      await manager.query('DELETE FROM request_body WHERE id = $1', [id]);
      await manager.query('DELETE FROM request_search WHERE id = $1', [id]);
      await manager.query(
        'UPDATE request_log SET prompt_preview = NULL, answer_preview = NULL WHERE id = $1',
        [id],
      );
    });
  }
}

/** Rows that are known to be there. */
function atLeast(place: LogPlace, rows: number): Pick<LogRows, 'total' | 'totalIsExact'> {
  return { total: offsetOf(place) + rows, totalIsExact: false };
}

function offsetOf({ page, pageSize }: LogPlace): number {
  return (page - 1) * pageSize;
}

/** Takes the one row too many off again; that it was there means there is a next page. */
function cut(rows: LogRow[], pageSize: number): Pick<LogRows, 'rows' | 'nextBeforeId'> {
  const page = rows.slice(0, pageSize);
  return { rows: page, nextBeforeId: rows.length > pageSize ? (page.at(-1)?.id ?? null) : null };
}

async function countUpTo(
  manager: EntityManager,
  condition: LogCondition,
): Promise<Pick<LogRows, 'total' | 'totalIsExact'>> {
  const [row] = await manager.query<{ count: number }[]>(
    `SELECT count(*)::integer AS count
       FROM (SELECT FROM ${fromLog(condition)} WHERE ${condition.sql} LIMIT ${EXACT_COUNT_LIMIT + 1}) AS counted`,
    condition.parameters,
  );
  const count = row?.count ?? 0;
  return { total: Math.min(count, EXACT_COUNT_LIMIT), totalIsExact: count <= EXACT_COUNT_LIMIT };
}
