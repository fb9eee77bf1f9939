import { Readable } from 'node:stream';
import { Injectable, StreamableFile } from '@nestjs/common';
import type { AuditItem, AuditPage } from '@ollameter/admin-contract';
import { AppConfig } from '../../config/app-config';
import { parseTimeRange } from '../calendar/parse-time';
import { toCsv } from '../export/csv';
import { InvalidFieldsError } from '../invalid-fields.error';
import { likePattern } from '../logs/like-pattern';
import type { AuditExportDto, AuditFilterDto, AuditQueryDto } from './audit-query.dto';
import { type AuditFilter, AuditRepository } from './audit.repository';

const PAGE_SIZE = 50;
const EXPORT_CHUNK = 1000;
const COLUMNS = [
  'id',
  'at',
  'actor',
  'actorId',
  'action',
  'targetType',
  'targetId',
  'targetName',
  'before',
  'after',
  'address',
] as const;

@Injectable()
export class AuditReader {
  constructor(
    private readonly config: AppConfig,
    private readonly entries: AuditRepository,
  ) {}

  /** @throws InvalidFieldsError for times or a cursor that cannot be read */
  async page(query: AuditQueryDto): Promise<AuditPage> {
    const { cursor, pageSize = PAGE_SIZE } = query;
    if (cursor !== undefined && !/^\d{1,18}$/.test(cursor))
      throw InvalidFieldsError.of('cursor', 'must be a nextCursor of an earlier page');
    const found = await this.entries.page(this.filterOf(query), cursor ?? null, pageSize + 1);
    const items = found.slice(0, pageSize);
    return { items, nextCursor: found.length > pageSize ? (items.at(-1)?.id ?? null) : null };
  }

  /** All that match, newest first, streamed as they are read. @throws InvalidFieldsError */
  export(query: AuditExportDto): StreamableFile {
    const { format = 'csv' } = query;
    const chunks = this.chunks(this.filterOf(query));
    return new StreamableFile(Readable.from(format === 'csv' ? csv(chunks) : json(chunks)), {
      type: format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8',
      disposition: `attachment; filename="ollameter-audit.${format}"`,
    });
  }

  private async *chunks(filter: AuditFilter): AsyncGenerator<AuditItem[]> {
    for (let beforeId: string | null = null; ;) {
      const chunk: AuditItem[] = await this.entries.page(filter, beforeId, EXPORT_CHUNK);
      if (chunk.length > 0) yield chunk;
      if (chunk.length < EXPORT_CHUNK) return;
      beforeId = chunk.at(-1)?.id ?? null;
    }
  }

  private filterOf(query: AuditFilterDto): AuditFilter {
    const { fromMs, toMs } = parseTimeRange(query.from, query.to, query.timezone ?? this.config.timezone);
    return {
      text: query.q === undefined ? null : likePattern(query.q),
      actor: query.actor ?? null,
      action: query.action ?? null,
      target: query.target ?? null,
      from: fromMs === null ? null : new Date(fromMs),
      to: toMs === null ? null : new Date(toMs),
    };
  }
}

async function* csv(chunks: AsyncIterable<AuditItem[]>): AsyncGenerator<string> {
  yield `${COLUMNS.join(',')}\r\n`;
  for await (const chunk of chunks) {
    const [, ...lines] = toCsv(COLUMNS, chunk.map(toRecord)).split(/(?<=\r\n)/);
    yield lines.join('');
  }
}

async function* json(chunks: AsyncIterable<AuditItem[]>): AsyncGenerator<string> {
  let separator = '[\n';
  for await (const chunk of chunks)
    for (const item of chunk) {
      yield separator + JSON.stringify(item);
      separator = ',\n';
    }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}

function toRecord({ actor, target, before, after, ...same }: AuditItem) {
  return {
    ...same,
    actor: actor.name,
    actorId: actor.id,
    targetType: target.type,
    targetId: target.id,
    targetName: target.name,
    before: before === null ? null : JSON.stringify(before),
    after: after === null ? null : JSON.stringify(after),
  };
}
