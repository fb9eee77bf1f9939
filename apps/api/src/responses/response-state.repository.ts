import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { InputItem, Response, ResponseStatus } from '@ollameter/openai-contract';
import { DataSource } from 'typeorm';
import { PepperService } from '../auth/pepper.service';
import { AppConfig } from '../config/app-config';
import { DEAD_AFTER } from '../replicas/replica.repository';
import { Replicas } from '../replicas/replicas.service';
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

/**
 * What runs has failed where its replica is gone: it has no row any more (alone, this process is the only one there
 * is), or was not seen for long while another one was all that time, so that it was not PostgreSQL that was away.
 */
const FIND = `
  SELECT state.id, state.sealed,
         CASE WHEN state.status IN ('queued', 'in_progress') AND state.replica_id IS DISTINCT FROM $3
                   AND (maker.id IS NULL
                        OR maker.seen_at < now() - ${DEAD_AFTER}
                           AND EXISTS (SELECT 1 FROM replica
                                        WHERE steady_from < now() - ${DEAD_AFTER} AND seen_at >= now() - ${DEAD_AFTER}))
              THEN 'failed' ELSE state.status END AS status
    FROM response_state state
    LEFT JOIN replica maker ON maker.id = state.replica_id
   WHERE state.id = ANY ($1) AND state.key_id = $2 AND state.expires_at > now()`;

/** State of the Responses API in PostgreSQL: sealed, scoped to the key, gone after its time. */
@Injectable()
export class ResponseStateRepository implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ResponseStateRepository.name);
  private readonly key: Buffer;
  private sweepTimer: NodeJS.Timeout | null = null;

  constructor(
    private readonly config: AppConfig,
    private readonly dataSource: DataSource,
    private readonly replicas: Replicas,
    pepper: PepperService,
  ) {
    this.key = pepper.deriveKey('ollameter responses');
  }

  async onApplicationBootstrap(): Promise<void> {
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
      `INSERT INTO response_state (id, key_id, status, expires_at, sealed, replica_id)
       VALUES ($1, $2, $3, now() + make_interval(days => $4), $5, $6)
       ON CONFLICT (id) DO UPDATE SET status = excluded.status, sealed = excluded.sealed
         WHERE response_state.status IN ('queued', 'in_progress')`,
      [
        id,
        keyId,
        status,
        this.config.responsesTtlDays,
        seal(this.key, id, JSON.stringify(state)),
        this.replicas.id,
      ],
    );
  }

  /** A queued response has begun; what it is made of stays sealed as it was. */
  async begin(id: string): Promise<void> {
    await this.dataSource.query(
      "UPDATE response_state SET status = 'in_progress' WHERE id = $1 AND status = 'queued'",
      [id],
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
    const rows = await this.dataSource.query<{ id: string; status: ResponseStatus; sealed: Buffer }[]>(FIND, [
      ours,
      keyId,
      this.replicas.id,
    ]);
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
