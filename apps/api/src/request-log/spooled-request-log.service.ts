import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { SpoolStatus } from '@ollameter/admin-contract';
import { AppConfig } from '../config/app-config';
import type { KeyLogPolicy } from '@ollameter/admin-contract';
import { ProcessLock } from '../database/process-lock.service';
import { type AnswerRecord, type IntentRecord, RequestLog } from '../exchange/exchange-record';
import { BatchWriter } from './batch-writer.service';
import { applyLogPolicy, generalPolicy, type LogPolicy, policyOf } from './log-policy';
import { Redaction } from './redaction';
import { type Recovery, Spool } from './spool';
import type { SpoolCondition } from './spool-condition';

/** How long a stop waits for PostgreSQL to take the rest; what it does not take is replayed at the next start. */
const FLUSH_MS = 5_000;
const FLUSH_POLL_MS = 20;

const ALARMS: Readonly<Record<Exclude<SpoolCondition, 'ok'>, string>> = {
  full: 'the spool is near SPOOL_MAX_MB: PostgreSQL has not taken rows for long',
  disk_full: 'the disk is full: running requests are recorded in the reserve',
  failing: 'the disk refuses the spool',
};

/** The request log: spool first, PostgreSQL behind it. */
@Injectable()
export class SpooledRequestLog extends RequestLog implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(SpooledRequestLog.name);
  private readonly spool: Spool;
  private readonly redaction: Redaction;
  private readonly listeners: ((record: AnswerRecord) => void)[] = [];
  private lastCondition: SpoolCondition = 'ok';
  private lastUnaccounted = 0;

  constructor(
    private readonly config: AppConfig,
    private readonly writer: BatchWriter,
    private readonly processLock: ProcessLock,
  ) {
    super();
    this.redaction = new Redaction(config.logRedact, config.logRedactPatterns);
    this.spool = new Spool({
      folder: join(config.dataDir, 'spool'),
      maxBytes: config.spoolMaxBytes,
      reserveBytes: config.spoolReserveBytes,
      sync: config.logDurability === 'power',
    });
  }

  private get policy(): LogPolicy {
    return generalPolicy(this.config, this.redaction);
  }

  async onModuleInit(): Promise<void> {
    // A second process must be refused before it touches the first one's spool.
    await this.processLock.hold();
    this.tell(await this.spool.recover());
    this.writer.onStored(() => this.checkBooks());
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
    return this.condition() === 'ok';
  }

  /** Accepted and not yet in PostgreSQL, and whether the books of this process balance. */
  stats(): SpoolStatus {
    const oldest = this.spool.oldestAtMs;
    return {
      records: this.spool.unstoredRecords,
      bytes: this.spool.bytes,
      oldestAgeMs: oldest === null ? 0 : Math.max(0, Date.now() - oldest),
      condition: this.condition(),
      acceptedRecords: this.spool.acceptedRecords,
      storedRecords: this.writer.storedRecords,
      poisonRecords: this.writer.poisonRecords,
      unaccountedRecords: this.checkBooks(),
    };
  }

  /** The earliest slot start among a host's records that are not stored yet, Unix µs. */
  oldestSlotFromUs(host: string): number | null {
    return this.spool.oldestSlotFromUs(host);
  }

  /** accepted = stored + spooled + poison; what is missing, or too much, is an error that is told. */
  private checkBooks(): number {
    const { acceptedRecords, unstoredRecords } = this.spool;
    const { storedRecords, poisonRecords } = this.writer;
    const unaccounted = acceptedRecords - unstoredRecords - storedRecords - poisonRecords;
    if (unaccounted !== this.lastUnaccounted)
      this.logger.error(
        `the books do not balance: ${acceptedRecords} accepted, ${storedRecords} stored, ${unstoredRecords} in the spool, ${poisonRecords} refused`,
      );
    this.lastUnaccounted = unaccounted;
    return unaccounted;
  }

  /** The spool's condition; a change is told once. */
  private condition(): SpoolCondition {
    const { condition, error } = this.spool;
    if (condition === this.lastCondition) return condition;
    this.lastCondition = condition;
    if (condition === 'ok') this.logger.log('the spool takes new requests again');
    else
      this.logger.error(
        `${ALARMS[condition]}${error === null ? '' : ` (${error.message})`}; new requests get 503 log_unavailable`,
      );
    return condition;
  }

  private tell(recovery: Recovery): void {
    const { answers, interrupted, cutBytes, repairedFrames, damagedFrames } = recovery;
    if (answers > 0 || interrupted > 0)
      this.logger.log(
        `recovered ${answers} answers from the spool; ${interrupted} requests were interrupted`,
      );
    if (cutBytes > 0)
      this.logger.warn(`${cutBytes} bytes at the end of the spool were torn; they are kept beside it`);
    if (repairedFrames > 0)
      this.logger.warn(`${repairedFrames} records of the spool had a flipped bit; put right`);
    if (damagedFrames > 0)
      this.logger.error(
        `${damagedFrames} places of the spool are damaged beyond repair; they are kept beside it as *.damaged`,
      );
  }
}
