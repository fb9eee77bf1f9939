import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { AppConfig } from '../config/app-config';
import type { KeyLogPolicy } from '@ollameter/admin-contract';
import { type AnswerRecord, type IntentRecord, RequestLog } from '../exchange/exchange-record';
import { BatchWriter } from './batch-writer.service';
import { applyLogPolicy, type LogPolicy, policyOf } from './log-policy';
import { Spool } from './spool';

/** How long a stop waits for PostgreSQL to take the rest; what it does not take is replayed at the next start. */
const FLUSH_MS = 5_000;
const FLUSH_POLL_MS = 20;

/** The request log: spool first, PostgreSQL behind it. */
@Injectable()
export class SpooledRequestLog extends RequestLog implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(SpooledRequestLog.name);
  private readonly spool: Spool;
  private readonly policy: LogPolicy;
  private readonly listeners: ((record: AnswerRecord) => void)[] = [];

  constructor(
    config: AppConfig,
    private readonly writer: BatchWriter,
  ) {
    super();
    this.policy = { bodies: config.logBodies, bodyMaxBytes: config.logBodyMaxBytes };
    this.spool = new Spool({
      folder: join(config.dataDir, 'spool'),
      maxBytes: config.spoolMaxBytes,
      sync: config.logDurability === 'power',
    });
  }

  async onModuleInit(): Promise<void> {
    const { answers, interrupted, cutBytes } = await this.spool.recover();
    if (answers > 0 || interrupted > 0)
      this.logger.log(
        `recovered ${answers} answers from the spool; ${interrupted} requests were interrupted`,
      );
    if (cutBytes > 0)
      this.logger.warn(`${cutBytes} bytes at the end of the spool were torn; they are kept beside it`);
    this.writer.start(this.spool);
  }

  /** Stored rows first, then the pool may close. */
  async onModuleDestroy(): Promise<void> {
    const giveUpAtMs = Date.now() + FLUSH_MS;
    while (!this.spool.drained && Date.now() < giveUpAtMs) await delay(FLUSH_POLL_MS);
    await this.writer.stop();
    await this.spool.close();
  }

  intent(record: IntentRecord, policy: KeyLogPolicy | null): void {
    this.spool.append(applyLogPolicy(record, policyOf(this.policy, policy))).catch((error: unknown) => {
      this.logger.error(`the intent of ${record.id} was not kept: ${(error as Error).message}`);
    });
  }

  /** Calls back with each answer record, as it was before the log policy. */
  onAnswer(listener: (record: AnswerRecord) => void): void {
    this.listeners.push(listener);
  }

  answer(record: AnswerRecord, policy: KeyLogPolicy | null): Promise<void> {
    for (const listener of this.listeners) listener(record);
    return this.spool.append(applyLogPolicy(record, policyOf(this.policy, policy)));
  }

  get accepting(): boolean {
    return this.spool.accepting;
  }

  /** Accepted and not yet in PostgreSQL. */
  stats(): { records: number; bytes: number; oldestAgeMs: number } {
    const oldest = this.spool.oldestAtMs;
    return {
      records: this.spool.unstoredRecords,
      bytes: this.spool.bytes,
      oldestAgeMs: oldest === null ? 0 : Date.now() - oldest,
    };
  }

  /** The earliest slot start among a host's records that are not stored yet, Unix µs. */
  oldestSlotFromUs(host: string): number | null {
    return this.spool.oldestSlotFromUs(host);
  }
}
