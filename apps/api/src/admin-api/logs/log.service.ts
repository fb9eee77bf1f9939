import { ForbiddenException, Injectable, NotFoundException } from '@nestjs/common';
import type { LogDetail, LogItem, LogPage } from '@ollameter/admin-contract';
import { AppConfig } from '../../config/app-config';
import { AuditService } from '../../identity/audit.service';
import type { Reader } from '../../identity/reader';
import { toCursor } from './log-cursor';
import { toLogCondition, toLogPlace } from './log-filter';
import type { LogQueryDto } from './log-query.dto';
import { LogRepository, type LogRows } from './log.repository';
import { type LogDetailRow, toLogDetail, toLogItem } from './log-row';
import { LogSearchRepository } from './log-search.repository';
import { hasTexts, withoutTexts } from './log-texts';
import { toSearchTerms } from './search-terms';
import { toSnippet } from './snippet';

@Injectable()
export class LogService {
  constructor(
    private readonly config: AppConfig,
    private readonly logs: LogRepository,
    private readonly searches: LogSearchRepository,
    private readonly audit: AuditService,
  ) {}

  /**
   * A page of the log, newest first, of what the reader reaches; with `q` also how far the search looked.
   * @throws ForbiddenException for a search in texts that the reader may not see
   */
  async page(query: LogQueryDto, reader: Reader): Promise<LogPage> {
    const place = toLogPlace(query);
    const condition = toLogCondition(
      query,
      query.timezone ?? this.config.timezone,
      await this.logs.keyIds(query.key, reader.ownerId),
    );
    if (query.q !== undefined && !reader.readsTexts)
      throw new ForbiddenException('You may not read prompts, so you cannot search them.');
    const shown = (item: LogItem) => (reader.readsTexts ? item : withoutTexts(item));
    const toPage = (found: LogRows): LogPage => ({
      items: found.rows.map((row) => shown(toLogItem(row, this.config.currency))),
      total: found.total,
      totalIsExact: found.totalIsExact,
      page: place.page,
      pageSize: place.pageSize,
      nextCursor: found.nextBeforeId === null ? null : toCursor(found.nextBeforeId),
    });
    const terms = toSearchTerms(query.q ?? '');
    if (terms.length === 0) return toPage(await this.logs.page(condition, place));
    const found = await this.searches.search(condition, place, terms);
    const snippetsOf = (prompt: string | null, answer: string | null) =>
      [toSnippet('prompt', prompt, terms), toSnippet('answer', answer, terms)].filter(
        (snippet) => snippet !== null,
      );
    return {
      ...toPage(found),
      items: found.rows.map(({ promptText, answerText, ...row }) => ({
        ...toLogItem(row, this.config.currency),
        snippets: snippetsOf(promptText, answerText),
      })),
      searchedFrom: found.searchedFrom?.toISOString() ?? null,
      indexedUpTo: found.indexedUpTo.toISOString(),
      complete: found.complete,
    };
  }

  /**
   * One row with its texts. That somebody opened another one's is recorded before it is shown.
   * @throws NotFoundException for a row that is not there, or is out of the reader's reach
   */
  async detail(id: string, reader: Reader): Promise<LogDetail> {
    const row = await this.reached(id, reader);
    const detail = toLogDetail(row, this.config.currency);
    if (!hasTexts(detail)) return detail;
    if (!reader.readsTexts) return { ...withoutTexts(detail), textsHidden: true };
    if (row.ownerId !== reader.userId) await this.record('request.read', row, reader);
    return detail;
  }

  /** Erases the texts of a row for good; its figures stay. @throws NotFoundException */
  async erase(id: string, reader: Reader): Promise<void> {
    const row = await this.reached(id, reader);
    await this.record('request.erase', row, reader);
    await this.logs.eraseTexts(id);
  }

  private async reached(id: string, reader: Reader): Promise<LogDetailRow> {
    const row = await this.logs.find(id);
    if (row === null || (reader.ownerId !== null && row.ownerId !== reader.ownerId))
      throw new NotFoundException('There is no request with this id.');
    return row;
  }

  private record(action: string, row: LogDetailRow, { actor, address }: Reader): Promise<void> {
    const target = { type: 'request', id: row.id, name: row.model };
    return this.audit.record({ actor, address, action, target, after: { key: row.keyName, at: row.at } });
  }
}
