import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { InputItem, Response, ResponseStatus } from '@ollameter/openai-contract';
import { DataSource } from 'typeorm';
import { PepperService } from '../auth/pepper.service';
import { AppConfig } from '../config/app-config';
import { seal, unseal } from './sealed-box';

/** A stored response with what led to it. */
export interface ResponseState {
  response: Response;
  /** The request's own input items. */
  input: InputItem[];
  /** The whole conversation, input and output, for the next turn; previous `instructions` are not part of it. */
  conversation: InputItem[];
}

/** State of the Responses API in PostgreSQL: sealed, scoped to the key, gone after its time. */
@Injectable()
export class ResponseStateRepository implements OnApplicationBootstrap {
  private readonly key: Buffer;

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

  async delete(keyId: string, id: string): Promise<boolean> {
    const rows = await this.dataSource.query<[unknown[], number]>(
      'DELETE FROM response_state WHERE id = $1 AND key_id = $2',
      [id, keyId],
    );
    return rows[1] > 0;
  }
}
