import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { uuidv7Ms } from '../../exchange/uuid-v7';
import { ReadOnlyDatabase } from '../read-only-database.service';
import { before, type LogCondition, type LogPlace } from './log-filter';
import { LOG_COLUMNS, type LogRow } from './log-row';
import { EXACT_COUNT_LIMIT, type LogRows } from './log.repository';
import { SearchCapability } from './search-capability.service';
import { SearchSnapshot } from './search-snapshot';
import { areIndexable } from './search-terms';

/** So many of the newest rows are looked at directly: a common word fills its page there. */
const NEWEST_ROWS = 1_000;
/** Without the index, and where it took too long: so many rows a look. */
const SCAN_ROWS = 20_000;
const FALLBACK_ROWS = 5_000;
/** After this the search answers with what it has, and says how far it came. */
const BUDGET_MS = 1_200;
const COUNT_MS = 100;
/** Of a text so much is sent for its snippet. */
const SNIPPET_SOURCE_CHARACTERS = 65_536;

/** One page of rows whose texts match, and how far back was looked. */
export interface FoundLogRows extends LogRows {
  rows: FoundLogRow[];
  /** The time down to which was looked, with a full page that of its last row; null where there is no row at all. */
  searchedFrom: Date | null;
  /** Older rows than this are indexed; the newer ones were scanned. */
  indexedUpTo: Date;
  /** False where the page could hold more of the rows that were not looked at. */
  complete: boolean;
}

export interface FoundLogRow extends LogRow {
  promptText: string | null;
  answerText: string | null;
}

/**
 * Searches in texts, newest first, within a bounded time: the newest rows directly, then by the trigram index a month
 * at a time, each with the rows that are not indexed yet. Where the index does not help, a bounded scan goes on by
 * its cursor.
 */
@Injectable()
export class LogSearchRepository {
  constructor(
    private readonly database: ReadOnlyDatabase,
    private readonly capability: SearchCapability,
  ) {}

  async search(condition: LogCondition, place: LogPlace, terms: readonly string[]): Promise<FoundLogRows> {
    const byIndex = areIndexable(terms) && (await this.capability.indexed());
    return this.database.read(async (manager) => {
      const search = new SearchSnapshot(manager, terms, performance.now() + BUDGET_MS);
      const needed = place.page * place.pageSize + 1;
      const window = before(condition, place.beforeId);
      await search.scan(window, byIndex ? NEWEST_ROWS : SCAN_ROWS);
      if (byIndex && !search.complete && search.hits.length < needed)
        await search.byIndex(window, needed, FALLBACK_ROWS);
      const ids = search.hits.slice(needed - 1 - place.pageSize, needed);
      const more = ids.length > place.pageSize;
      const page = ids.slice(0, place.pageSize);
      const counted = await this.count(search, condition, place, byIndex, more);
      return {
        rows: await rowsOf(manager, page),
        nextBeforeId: more ? (page.at(-1) ?? null) : search.complete ? null : search.downTo,
        ...counted,
        searchedFrom: search.complete
          ? await oldestTime(manager)
          : timeOf(page.length > 0 && more ? (page.at(-1) ?? null) : search.downTo),
        indexedUpTo: (await search.indexedUpTo()) ?? new Date(),
        complete: search.complete || more,
      };
    });
  }

  /** All hits are known where the search came to its end; else the index counts them, if it does so quickly. */
  private async count(
    search: SearchSnapshot,
    condition: LogCondition,
    place: LogPlace,
    byIndex: boolean,
    more: boolean,
  ): Promise<Pick<LogRows, 'total' | 'totalIsExact'>> {
    if (search.complete && !more && place.beforeId === null)
      return { total: search.hits.length, totalIsExact: true };
    const counted = byIndex ? await search.count(condition, EXACT_COUNT_LIMIT + 1, COUNT_MS) : null;
    if (counted === null)
      return { total: Math.min(search.hits.length, EXACT_COUNT_LIMIT), totalIsExact: false };
    return {
      total: Math.min(counted, EXACT_COUNT_LIMIT),
      totalIsExact: counted <= EXACT_COUNT_LIMIT,
    };
  }
}

function rowsOf(manager: EntityManager, ids: readonly string[]): Promise<FoundLogRow[]> {
  const text = (column: string) => `left(b.${column}, ${SNIPPET_SOURCE_CHARACTERS})`;
  return manager.query<FoundLogRow[]>(
    `SELECT ${LOG_COLUMNS}, ${text('prompt')} AS "promptText", ${text('answer')} AS "answerText"
       FROM request_log l
       LEFT JOIN request_energy e ON e.id = l.id
       LEFT JOIN request_body b ON b.id = l.id
      WHERE l.id = ANY ($1::uuid[])
      ORDER BY l.id DESC`,
    [ids],
  );
}

async function oldestTime(manager: EntityManager): Promise<Date | null> {
  const [row] = await manager.query<{ at: Date }[]>('SELECT at FROM request_log ORDER BY id LIMIT 1');
  return row?.at ?? null;
}

function timeOf(id: string | null): Date | null {
  return id === null ? null : new Date(uuidv7Ms(id));
}
