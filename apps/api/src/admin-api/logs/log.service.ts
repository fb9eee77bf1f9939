import { Injectable, NotFoundException } from '@nestjs/common';
import type { LogDetail, LogPage } from '@ollameter/admin-contract';
import { AppConfig } from '../../config/app-config';
import { toCursor } from './log-cursor';
import { toLogCondition, toLogPlace } from './log-filter';
import type { LogQueryDto } from './log-query.dto';
import { LogRepository, type LogRows } from './log.repository';
import { toLogDetail, toLogItem } from './log-row';
import { LogSearchRepository } from './log-search.repository';
import { toSearchTerms } from './search-terms';
import { toSnippet } from './snippet';

@Injectable()
export class LogService {
  constructor(
    private readonly config: AppConfig,
    private readonly logs: LogRepository,
    private readonly searches: LogSearchRepository,
  ) {}

  /** A page of the log, newest first; with `q` also how far the search looked. */
  async page(query: LogQueryDto): Promise<LogPage> {
    const place = toLogPlace(query);
    const condition = toLogCondition(query, query.timezone ?? this.config.timezone);
    const toPage = (found: LogRows): LogPage => ({
      items: found.rows.map((row) => toLogItem(row, this.config.currency)),
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

  /** @throws NotFoundException */
  async detail(id: string): Promise<LogDetail> {
    const row = await this.logs.find(id);
    if (row === null) throw new NotFoundException('There is no request with this id.');
    return toLogDetail(row, this.config.currency);
  }
}
