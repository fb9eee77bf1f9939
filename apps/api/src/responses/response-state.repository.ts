import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { InputItem, Response, ResponseStatus } from '@ollameter/openai-contract';
import { DataSource } from 'typeorm';
import { PepperService } from '../auth/pepper.service';
import { AppConfig } from '../config/app-config';
import { isResponseId, responseOfItem } from './item-id';
import { seal, unseal } from './sealed-box';

/** A stored response with what led to it. */
export interface ResponseState {
  response: Response;
  /** The request's own input items. */
  input: InputItem[];
  /** The whole conversation, input and output, for the next turn; previous `instructions` are not part of it. */
  conversation: InputItem[];
}

const SWEEP_MS = 3_600_000;

/** State of the Responses API in PostgreSQL: sealed, scoped to the key, gone after its time. */
@Injectable()
export class ResponseStateRepository implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ResponseStateRepository.name);
  private readonly key: Buffer;
  private sweepTimer: NodeJS.Timeout | null = null;

  constructor(
    private readonly config: AppConfig,
    private readonly dataSource: DataSource,
    pepper: PepperService,
  ) {
    this.key = pepper.deriveKey('ollameter responses');
  }

  /** What a killed process left running has failed; what is past its time goes. */
  async onApplicationBootstrap(): Promise<void> {
    await this.dataSource.query(
      "UPDATE response_state SET status = 'failed' WHERE status IN ('queued', 'in_progress')",
    );
    await this.sweep();
    this.sweepTimer = setInterval(() => {
      this.sweep().catch((error: unknown) =>
        this.logger.warn(`old responses stay for now: ${String(error)}`),
      );
    }, SWEEP_MS).unref();
  }

  onModuleDestroy(): void {
    if (this.sweepTimer !== null) clearInterval(this.sweepTimer);
  }

  /** Deletes what is past its time. */
  async sweep(): Promise<void> {
    await this.dataSource.query('DELETE FROM response_state WHERE expires_at < now()');
  }

  async save(keyId: string, state: ResponseState): Promise<void> {
    const { id, status } = state.response;
    await this.dataSource.query(
      `INSERT INTO response_state (id, key_id, status, expires_at, sealed)
       VALUES ($1, $2, $3, now() + make_interval(days => $4), $5)
       ON CONFLICT (id) DO UPDATE SET status = excluded.status, sealed = excluded.sealed
         WHERE response_state.status IN ('queued', 'in_progress')`,
      [id, keyId, status, this.config.responsesTtlDays, seal(this.key, id, JSON.stringify(state))],
    );
  }

  /** Null for an unknown id, another key's, or one past its time. */
  async find(keyId: string, id: string): Promise<ResponseState | null> {
    const [state] = await this.findAll(keyId, [id]);
    return state ?? null;
  }

  /** The stored items with these ids, by id; those that are unknown, or of another key, are missing. */
  async findItems(keyId: string, ids: readonly string[]): Promise<ReadonlyMap<string, InputItem>> {
    const found = new Map<string, InputItem>();
    const responses = new Set(ids.flatMap((id) => responseOfItem(id) ?? []));
    for (const { input, response } of await this.findAll(keyId, [...responses]))
      for (const item of [...input, ...(response.output as InputItem[])])
        if (item.id != null) found.set(item.id, item);
    return found;
  }

  /** False where there is nothing to delete. */
  async delete(keyId: string, id: string): Promise<boolean> {
    if (!isResponseId(id)) return false;
    const rows = await this.dataSource.query<[unknown[], number]>(
      'DELETE FROM response_state WHERE id = $1 AND key_id = $2',
      [id, keyId],
    );
    return rows[1] > 0;
  }

  private async findAll(keyId: string, ids: readonly string[]): Promise<ResponseState[]> {
    const ours = ids.filter(isResponseId);
    if (ours.length === 0) return [];
    const rows = await this.dataSource.query<{ id: string; status: ResponseStatus; sealed: Buffer }[]>(
      'SELECT id, status, sealed FROM response_state WHERE id = ANY($1) AND key_id = $2 AND expires_at > now()',
      [ours, keyId],
    );
    return rows.map(({ id, status, sealed }) =>
      asItStands(JSON.parse(unseal(this.key, id, sealed)) as ResponseState, status),
    );
  }
}

/** The row knows what became of a response whose process was killed. */
function asItStands(state: ResponseState, status: ResponseStatus): ResponseState {
  if (state.response.status === status) return state;
  const error: ResponseState['response']['error'] =
    status === 'failed'
      ? { code: 'server_error', message: 'The gateway stopped while it made this response.' }
      : null;
  return { ...state, response: { ...state.response, status, error } };
}
