import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { AppConfig } from '../../src/config/app-config';
import { ProcessLock } from '../../src/database/process-lock.service';
import type { AnswerRecord } from '../../src/exchange/exchange-record';
import { uuidv7 } from '../../src/exchange/uuid-v7';
import { BatchWriter } from '../../src/request-log/batch-writer.service';
import { LogStoreRepository } from '../../src/request-log/log-store.repository';
import { SpooledRequestLog } from '../../src/request-log/spooled-request-log.service';
import { PostgresCluster } from './postgres-cluster';

/** Spool and writer as the gateway runs them, on a PostgreSQL server of their own that a test may hurt. */
export class LedgerRig {
  readonly log: SpooledRequestLog;

  private constructor(
    readonly config: AppConfig,
    private readonly lock: ProcessLock,
  ) {
    this.log = new SpooledRequestLog(config, new BatchWriter(config, new LogStoreRepository(config)), lock);
  }

  static async makeDatabase(cluster: PostgresCluster): Promise<string> {
    Logger.overrideLogger(false);
    const url = cluster.url('ledger');
    await cluster.run('CREATE DATABASE ledger');
    const client = new Client({ connectionString: url });
    await client.connect();
    await client
      .query(readFileSync(resolve(__dirname, '../../../../init.sql'), 'utf8'))
      .finally(() => client.end());
    return url;
  }

  static async start(databaseUrl: string, variables: Record<string, string> = {}): Promise<LedgerRig> {
    const config = AppConfig.fromVariables({
      DATABASE_URL: databaseUrl,
      DATA_DIR: mkdtempSync(join(tmpdir(), 'ollameter-ledger-')),
      SPOOL_RESERVE_MB: '1',
      ...variables,
    });
    const rig = new LedgerRig(config, new ProcessLock(config));
    await rig.log.onModuleInit();
    return rig;
  }

  /** Appends answers and returns their ids, once they are durable. */
  async append(count: number, change: Partial<AnswerRecord> = {}): Promise<string[]> {
    const records = Array.from({ length: count }, () => answerRecord(change));
    await Promise.all(records.map((record) => this.log.answer(record, null)));
    return records.map(({ id }) => id);
  }

  /** Resolves once the spool is empty. */
  async stored(timeoutMs = 20_000): Promise<void> {
    for (const giveUpAtMs = Date.now() + timeoutMs; this.log.stats().records > 0;) {
      if (Date.now() > giveUpAtMs) throw new Error(`still spooled: ${JSON.stringify(this.log.stats())}`);
      await new Promise((done) => setTimeout(done, 10));
    }
  }

  async stop(): Promise<void> {
    await this.log.onModuleDestroy();
    await this.lock.onModuleDestroy();
    rmSync(this.config.dataDir, { recursive: true, force: true });
  }
}

/** A completed chat as the gateway records it. */
export function answerRecord(change: Partial<AnswerRecord> = {}): AnswerRecord {
  const atMs = change.atMs ?? Date.now();
  return {
    kind: 'answer',
    id: uuidv7(atMs),
    atMs,
    keyId: null,
    keyName: 'k',
    model: 'llama3.1:8b',
    endpoint: 'chat.completions',
    streamed: true,
    clientAddress: '127.0.0.1',
    userAgent: 'test',
    promptPreview: 'prompt',
    host: 'gpu',
    status: 200,
    outcome: 'completed',
    errorCode: null,
    promptTokens: 10,
    completionTokens: 20,
    tokensQuality: 'reported',
    durationMs: 1500,
    queueMs: 0,
    loadMs: 0,
    promptMs: 100,
    generateMs: 1400,
    ttftMs: 110,
    tokensPerSecond: 14,
    answerPreview: 'answer',
    interval: null,
    body: { prompt: 'prompt', answer: 'answer', request: '{}', response: '{}' },
    ...change,
  };
}
