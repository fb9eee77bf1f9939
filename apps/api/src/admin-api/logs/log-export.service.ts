import { ForbiddenException, HttpException, Injectable } from '@nestjs/common';
import type { LogItem } from '@ollameter/admin-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppConfig } from '../../config/app-config';
import type { Reader } from '../../identity/reader';
import { toFile } from '../export/export-format';
import { sendFile } from '../export/send-file';
import { type ExportedRow, LogExportRepository } from './log-export.repository';
import { toLogCondition } from './log-filter';
import { LogRepository } from './log.repository';
import type { LogExportDto } from './log-query.dto';
import { toLogItem } from './log-row';
import { withoutTexts } from './log-texts';
import { toSearchTerms } from './search-terms';

/** Each holds a connection of the pool. */
const MAX_EXPORTS = 3;

type ExportedItem = Omit<LogItem, 'snippets'> & { prompt?: string | null; answer?: string | null };

const COLUMNS: readonly (keyof ExportedItem)[] = [
  'id',
  'at',
  'keyId',
  'keyName',
  'model',
  'host',
  'endpoint',
  'streamed',
  'status',
  'outcome',
  'errorCode',
  'promptTokens',
  'cachedPromptTokens',
  'completionTokens',
  'totalTokens',
  'tokensQuality',
  'durationMs',
  'queueMs',
  'ollamaQueueMs',
  'loadMs',
  'promptMs',
  'generateMs',
  'ttftMs',
  'tokensPerSecond',
  'concurrency',
  'energyWh',
  'energyPj',
  'energyQuality',
  'cost',
  'costNumerator',
  'currency',
  'promptPreview',
  'answerPreview',
];

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
    const batches = this.items(this.rows.batches(condition, toSearchTerms(query.q ?? ''), texts), reader);
    const columns = texts ? [...COLUMNS, 'prompt' as const, 'answer' as const] : COLUMNS;
    sendFile(
      request,
      reply,
      { name: 'log', format, gzip: query.gzip === 'true' },
      toFile<ExportedItem>(format, columns, batches),
    );
  }

  private async *items(
    batches: AsyncGenerator<ExportedRow[], void, undefined>,
    { readsTexts }: Reader,
  ): AsyncGenerator<ExportedItem[], void, undefined> {
    this.running++;
    try {
      const toItem = (row: ExportedRow): ExportedItem => toLogItem(row, this.config.currency);
      for await (const rows of batches)
        yield rows.map((row) => (readsTexts ? toItem(row) : withoutTexts(toItem(row))));
    } finally {
      this.running--;
    }
  }
}
