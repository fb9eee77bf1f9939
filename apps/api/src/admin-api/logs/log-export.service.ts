import { ForbiddenException, HttpException, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppConfig } from '../../config/app-config';
import type { Reader } from '../../identity/reader';
import { type ExportFormat, linesToFile } from '../export/export-format';
import { sendFile } from '../export/send-file';
import { LogExportRepository } from './log-export.repository';
import { toLogCondition } from './log-filter';
import { LogRepository } from './log.repository';
import type { LogExportDto } from './log-query.dto';
import { lineColumns, type LineRow, toLine } from './log-line.sql';
import { toSearchTerms } from './search-terms';

/** Each holds a connection of the pool. */
const MAX_EXPORTS = 3;

/** The log as a file of any size. */
@Injectable()
export class LogExport {
  private running = 0;

  constructor(
    private readonly config: AppConfig,
    private readonly rows: LogExportRepository,
    private readonly logs: LogRepository,
  ) {}

  /**
   * @throws HttpException 429 while too many exports run
   * @throws ForbiddenException for texts, or a search in them, that the reader may not see
   */
  async send(
    query: LogExportDto,
    reader: Reader,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    if (this.running >= MAX_EXPORTS)
      throw new HttpException(`At most ${MAX_EXPORTS} exports run at once; try again when one is done.`, 429);
    const condition = toLogCondition(
      query,
      query.timezone ?? this.config.timezone,
      await this.logs.keyIds(query.key, reader.ownerId),
    );
    const { format = 'csv' } = query;
    const texts = query.texts === 'true';
    if (!reader.readsTexts && (texts || query.q !== undefined))
      throw new ForbiddenException('You may not read prompts, so you cannot search or export them.');
    const estimate = await this.rows.estimate(condition);
    void reply.header('x-ollameter-row-estimate', String(estimate));
    const shown = { whole: texts, readable: reader.readsTexts };
    const rows = this.rows.batches(condition, toSearchTerms(query.q ?? ''), format, shown);
    sendFile(
      request,
      reply,
      { name: 'log', format, gzip: query.gzip === 'true' },
      linesToFile(format, lineColumns(shown), this.lines(rows, format)),
    );
  }

  private async *lines(
    batches: AsyncGenerator<LineRow[], void, undefined>,
    format: ExportFormat,
  ): AsyncGenerator<string[], void, undefined> {
    this.running++;
    try {
      for await (const rows of batches) yield rows.map((row) => toLine(format, row, this.config.currency));
    } finally {
      this.running--;
    }
  }
}
