import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { InputItem, Response, ResponseStatus } from '@ollameter/openai-contract';
import { DataSource } from 'typeorm';
import { PepperService } from '../auth/pepper.service';
import { AppConfig } from '../config/app-config';
import { responseOfItem } from './item-id';
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
    const rows = await this.dataSource.query<{ status: ResponseStatus; sealed: Buffer }[]>(
      'SELECT status, sealed FROM response_state WHERE id = $1 AND key_id = $2 AND expires_at > now()',
      [id, keyId],
    );
    const [row] = rows;
    if (row === undefined) return null;
    const state = JSON.parse(unseal(this.key, id, row.sealed)) as ResponseState;
    if (state.response.status === row.status) return state;
    const error =
      row.status === 'failed'
        ? { code: 'server_error', message: 'The gateway stopped while it made this response.' }
        : null;
    return { ...state, response: { ...state.response, status: row.status, error } };
  }

  /** The stored items with these ids, by id; those that are unknown, or of another key, are missing. */
  async findItems(keyId: string, ids: readonly string[]): Promise<ReadonlyMap<string, InputItem>> {
    const found = new Map<string, InputItem>();
    const responses = new Set(ids.map(responseOfItem));
    for (const response of responses) {
      const state = response === null ? null : await this.find(keyId, response);
      for (const item of [...(state?.input ?? []), ...((state?.response.output ?? []) as InputItem[])])
        if (item.id != null) found.set(item.id, item);
    }
    return found;
  }

  async delete(keyId: string, id: string): Promise<boolean> {
    const rows = await this.dataSource.query<[unknown[], number]>(
      'DELETE FROM response_state WHERE id = $1 AND key_id = $2',
      [id, keyId],
    );
    return rows[1] > 0;
  }
}
