import { ForbiddenException, HttpException, Injectable, NotFoundException } from '@nestjs/common';
import type { LogExportList, SessionUser } from '@ollameter/admin-contract';
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
import { RunningExport } from './running-export';
import { toSearchTerms } from './search-terms';

/** Each holds a connection. */
const MAX_EXPORTS = 3;
const ARRAY_START = Buffer.from('[\n');

/** The log as a file of any size, and the list of those that this process sends. */
@Injectable()
export class LogExport {
  private readonly running = new Map<string, RunningExport>();

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
    const { format = 'csv' } = query;
    // Listed before anything is awaited, or requests that come together would all pass.
    const running = this.begin(new RunningExport(format, reader, reply.raw), reply);
    const condition = toLogCondition(
      query,
      query.timezone ?? this.config.timezone,
      await this.logs.keyIds(query.key, reader.ownerId),
    );
    const texts = query.texts === 'true';
    if (!reader.readsTexts && (texts || query.q !== undefined))
      throw new ForbiddenException('You may not read prompts, so you cannot search or export them.');
    const terms = toSearchTerms(query.q ?? '');
    if (terms.length === 0) {
      running.estimatedRows = await this.rows.estimate(condition);
      void reply.header('x-ollameter-row-estimate', String(running.estimatedRows));
    }
    const rows = { condition, terms, format, texts: { whole: texts, readable: reader.readsTexts } };
    sendFile(request, reply, { name: 'log', format, gzip: query.gzip === 'true' }, this.file(rows, running));
  }

  /**
   * What this process sends now, oldest first: one's own, for an admin everybody's. What other replicas send is known
   * to them alone.
   */
  list(user: SessionUser): LogExportList {
    const seen = [...this.running.values()].filter((one) => user.role === 'admin' || one.isOf(user));
    return { items: seen.map((one) => one.toItem(user)) };
  }

  /** Ends one's own export. @throws NotFoundException where it is over, another's, or another replica's */
  cancel(id: string, user: SessionUser): void {
    const found = this.running.get(id);
    if (found?.isOf(user) !== true) throw new NotFoundException('No export of yours with this id runs here.');
    found.cancel();
  }

  private begin(started: RunningExport, reply: FastifyReply): RunningExport {
    if (this.running.size >= MAX_EXPORTS)
      throw new HttpException(`At most ${MAX_EXPORTS} exports run at once; try again when one is done.`, 429);
    this.running.set(started.id, started);
    reply.raw.once('close', () => this.running.delete(started.id));
    return started;
  }

  private async *file(
    rows: ExportedRows,
    running: RunningExport,
  ): AsyncGenerator<Buffer | string, void, undefined> {
    const { format } = rows;
    if (format === 'csv') yield running.sends(csvHeader(lineColumns(rows.texts)));
    let isEmpty = true;
    for await (const bytes of running.reads(await this.rows.lines(rows))) {
      const lines = bytes as Buffer;
      // Each JSON line brings the comma behind the one before it.
      yield running.sends(
        format === 'json' && isEmpty ? Buffer.concat([ARRAY_START, lines.subarray(2)]) : lines,
      );
      isEmpty = false;
    }
    if (format === 'json') yield running.sends(isEmpty ? '[]\n' : '\n]\n');
  }
}
