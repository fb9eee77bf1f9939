import { ForbiddenException, HttpException, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppConfig } from '../../config/app-config';
import { csvHeader } from '../export/csv';
import type { Reader } from '../../identity/reader';
import { sendFile } from '../export/send-file';
import { type ExportedRows, LogExportRepository } from './log-export.repository';
import { toLogCondition } from './log-filter';
import { LogRepository } from './log.repository';
import type { LogExportDto } from './log-query.dto';
import { lineColumns } from './log-line.sql';
import { toSearchTerms } from './search-terms';

/** Each holds a connection. */
const MAX_EXPORTS = 3;
const ARRAY_START = Buffer.from('[\n');

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
    // Counted before anything is awaited, or requests that come together would all pass.
    this.running++;
    reply.raw.once('close', () => this.running--);
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
    const rows = { condition, terms: toSearchTerms(query.q ?? ''), format, texts: shown };
    sendFile(request, reply, { name: 'log', format, gzip: query.gzip === 'true' }, this.file(rows));
  }

  private async *file(rows: ExportedRows): AsyncGenerator<Buffer | string, void, undefined> {
    const { format } = rows;
    if (format === 'csv') yield csvHeader(lineColumns(rows.texts));
    let isEmpty = true;
    for await (const bytes of await this.rows.lines(rows)) {
      const lines = bytes as Buffer;
      // Each JSON line brings the comma behind the one before it.
      yield format === 'json' && isEmpty ? Buffer.concat([ARRAY_START, lines.subarray(2)]) : lines;
      isEmpty = false;
    }
    if (format === 'json') yield isEmpty ? '[]\n' : '\n]\n';
  }
}
