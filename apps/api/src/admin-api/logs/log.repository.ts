import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { ReadOnlyDatabase } from '../read-only-database.service';
import { before, type LogCondition, type LogPlace } from './log-filter';
import { DETAIL_COLUMNS, LOG_COLUMNS, type LogDetailRow, type LogRow } from './log-row';
import { likePattern } from './like-pattern';

/** Counting stops here: a list of ten thousand is not read to its end. */
export const EXACT_COUNT_LIMIT = 10_000;
/** How many of the newest candidates a search looks into; further back goes by its cursor. */
export const SEARCH_SCAN_ROWS = 20_000;

/** One page of rows. */
export interface LogRows {
  rows: LogRow[];
  total: number;
  totalIsExact: boolean;
  /** Where the next page starts; null at the end. */
  nextBeforeId: string | null;
}

/** One page of rows whose texts match, and how far back was looked. */
export interface FoundLogRows extends LogRows {
  /** The oldest row looked at; null when there was none. */
  searchedFrom: Date | null;
  /** False while older candidates were not looked at. */
  complete: boolean;
}

interface Scan {
  ids: string[];
  total: number;
  scanned: number;
  oldestId: string | null;
  oldestAt: Date | null;
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
      const rows = await manager.query<LogRow[]>(
        `SELECT ${LOG_COLUMNS}
           FROM request_log l LEFT JOIN request_energy e ON e.id = l.id
          WHERE ${window.sql}
          ORDER BY l.id DESC
          LIMIT ${place.pageSize + 1} OFFSET ${offsetOf(place)}`,
        window.parameters,
      );
      const counted = await countUpTo(manager, condition);
      return { ...cut(rows, place.pageSize), ...counted };
    });
  }

  /**
   * The rows of a page whose prompt or answer holds the text, case-insensitively. Looks into the newest
   * SEARCH_SCAN_ROWS candidates from the place on; where that is not all, the page ends with a cursor from
   * which the search goes on further back.
   */
  search(condition: LogCondition, place: LogPlace, text: string): Promise<FoundLogRows> {
    return this.database.read(async (manager) => {
      const scan = await scanTexts(manager, before(condition, place.beforeId), place, text);
      const complete = scan.scanned <= SEARCH_SCAN_ROWS;
      const rows = await manager.query<LogRow[]>(
        `SELECT ${LOG_COLUMNS}
           FROM request_log l LEFT JOIN request_energy e ON e.id = l.id
          WHERE l.id = ANY ($1::uuid[])
          ORDER BY l.id DESC`,
        [scan.ids],
      );
      const page = cut(rows, place.pageSize);
      return {
        rows: page.rows,
        nextBeforeId: page.nextBeforeId ?? (complete ? null : scan.oldestId),
        total: Math.min(scan.total, EXACT_COUNT_LIMIT),
        totalIsExact: complete && scan.total <= EXACT_COUNT_LIMIT && place.beforeId === null,
        searchedFrom: scan.oldestAt,
        complete,
      };
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

  /** Deletes the texts of a row and its previews. */
  async eraseTexts(id: string): Promise<void> {
    await this.writable.transaction(async (manager) => {
      await manager.query('DELETE FROM request_body WHERE id = $1', [id]);
      await manager.query(
        'UPDATE request_log SET prompt_preview = NULL, answer_preview = NULL WHERE id = $1',
        [id],
      );
    });
  }
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
       FROM (SELECT FROM request_log l WHERE ${condition.sql} LIMIT ${EXACT_COUNT_LIMIT + 1}) AS counted`,
    condition.parameters,
  );
  const count = row?.count ?? 0;
  return { total: Math.min(count, EXACT_COUNT_LIMIT), totalIsExact: count <= EXACT_COUNT_LIMIT };
}

/** One look into the texts: the candidates are bounded first, then read; `oldest` bounds the partitions of bodies. */
async function scanTexts(
  manager: EntityManager,
  window: LogCondition,
  place: LogPlace,
  text: string,
): Promise<Scan> {
  const pattern = `$${window.parameters.length + 1}`;
  const [scan] = await manager.query<Scan[]>(
    `WITH candidate AS MATERIALIZED (
       SELECT l.id, l.at FROM request_log l WHERE ${window.sql} ORDER BY l.id DESC LIMIT ${SEARCH_SCAN_ROWS + 1}
     ), scanned AS MATERIALIZED (
       SELECT id, at FROM candidate ORDER BY id DESC LIMIT ${SEARCH_SCAN_ROWS}
     ), oldest AS MATERIALIZED (
       SELECT id, at FROM scanned ORDER BY id LIMIT 1
     ), hit AS MATERIALIZED (
       SELECT b.id
         FROM scanned JOIN request_body b USING (id)
        WHERE b.id >= (SELECT id FROM oldest) AND (b.prompt ILIKE ${pattern} OR b.answer ILIKE ${pattern})
     )
     SELECT (SELECT count(*)::integer FROM candidate) AS scanned,
            (SELECT count(*)::integer FROM hit) AS total,
            (SELECT id FROM oldest) AS "oldestId",
            (SELECT at FROM oldest) AS "oldestAt",
            ARRAY(SELECT id FROM hit ORDER BY id DESC
                   LIMIT ${place.pageSize + 1} OFFSET ${offsetOf(place)}) AS ids`,
    [...window.parameters, likePattern(text)],
  );
  return scan ?? { ids: [], total: 0, scanned: 0, oldestId: null, oldestAt: null };
}
