import { mkdir, open, readdir } from 'node:fs/promises';
import type { AnswerRecord, ExchangeRecord, IntentRecord } from '../exchange/exchange-record';
import { encodeFrame } from './frame';
import { Segment } from './segment';
import { UnstoredGroups } from './unstored-groups';

export interface SpoolOptions {
  folder: string;
  /** New requests are refused at 90 % of this; running ones are still recorded. */
  maxBytes: number;
  /** Every group of appends is on the disk before it counts. */
  sync: boolean;
  segmentBytes?: number;
}

/** What a start found of the process before it. */
export interface Recovery {
  /** Answers that may not be in the database yet. */
  answers: number;
  /** Intents that never got an answer; they were appended as `interrupted`. */
  interrupted: number;
  cutBytes: number;
}

interface Waiting {
  frame: Buffer;
  record: ExchangeRecord;
  resolve: () => void;
  reject: (error: Error) => void;
}

const SEGMENT_BYTES = 8 * 1024 * 1024;
const REFUSE_AT = 0.9;

/**
 * The append-only spool: one reader, one writer, segments in a folder. Records that are appended while a write is
 * under way go out together in the next one (group commit). A segment goes when all of it is stored; intents in it
 * that still run are appended anew first.
 */
export class Spool {
  private segments: Segment[] = [];
  private readOffset = 0;
  private readonly waiting: Waiting[] = [];
  private writing: Promise<void> | null = null;
  private failed = false;
  private readonly openIntents = new Map<string, { record: IntentRecord; segment: number }>();
  private readonly unstored = new UnstoredGroups();
  private wakeReader: (() => void) | null = null;

  constructor(private readonly options: SpoolOptions) {}

  /** Reads what is there, cuts torn tails, and turns intents without an answer into `interrupted` rows. */
  async recover(): Promise<Recovery> {
    await mkdir(this.options.folder, { recursive: true, mode: 0o700 });
    const names = await readdir(this.options.folder);
    const numbers = names.map((name) => Segment.numberOf(name)).filter((number) => number !== null);
    const recovery: Recovery = { answers: 0, interrupted: 0, cutBytes: 0 };
    for (const number of numbers.sort((a, b) => a - b)) {
      const { segment, payloads, cutBytes } = await Segment.recover(this.options.folder, number);
      this.segments.push(segment);
      recovery.cutBytes += cutBytes;
      for (const payload of payloads) {
        const record = JSON.parse(payload) as ExchangeRecord;
        if (record.kind === 'answer') recovery.answers++;
        this.note(record, segment.number);
      }
      this.unstored.close(segment.number, segment.writtenBytes);
    }
    this.openSegment();
    const intents = [...this.openIntents.values()].map(({ record }) => record);
    recovery.interrupted = intents.length;
    await Promise.all(intents.map((intent) => this.append(interrupted(intent))));
    return recovery;
  }

  get accepting(): boolean {
    return !this.failed && this.bytes < this.options.maxBytes * REFUSE_AT;
  }

  /** Bytes on disk that are not stored yet. */
  get bytes(): number {
    return this.segments.reduce((sum, segment) => sum + segment.writtenBytes, 0) - this.readOffset;
  }

  get unstoredRecords(): number {
    return this.unstored.records;
  }

  get oldestAtMs(): number | null {
    return this.unstored.oldestAtMs;
  }

  oldestSlotFromUs(host: string): number | null {
    return this.unstored.oldestSlotFromUs(host);
  }

  /** Resolves when the record would survive the end of this process. @throws the write's error, a full disk for one. */
  append(record: ExchangeRecord): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ frame: encodeFrame(JSON.stringify(record)), record, resolve, reject });
      this.writing ??= this.writeGroups();
    });
  }

  /** The next records in order, whatever their kind; waits until there is one. Null once `signal` is aborted. */
  async read(maxBytes: number, signal: AbortSignal): Promise<ExchangeRecord[] | null> {
    for (;;) {
      if (signal.aborted) return null;
      const [segment] = this.segments;
      if (segment !== undefined && this.readOffset < segment.writtenBytes) {
        const { payloads, validBytes } = await segment.read(this.readOffset, maxBytes);
        this.pendingRead = validBytes;
        return payloads.map((payload) => JSON.parse(payload) as ExchangeRecord);
      }
      if (segment !== undefined && this.segments.length > 1) {
        await this.dropFirst(segment);
        continue;
      }
      await this.untilAppended(signal);
    }
  }

  private pendingRead = 0;

  /** What the last `read` gave is stored (or kept elsewhere). */
  stored(): void {
    this.readOffset += this.pendingRead;
    this.pendingRead = 0;
    const [segment] = this.segments;
    if (segment !== undefined) this.unstored.stored(segment.number, this.readOffset);
  }

  /** True when everything that was appended is stored. */
  get drained(): boolean {
    return this.waiting.length === 0 && this.writing === null && this.unstored.records === 0;
  }

  async close(): Promise<void> {
    await this.writing;
    await Promise.all(this.segments.map((segment) => segment.close()));
  }

  private async writeGroups(): Promise<void> {
    // The records of this tick join the group.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const group = this.waiting.splice(0);
      const segment = this.currentSegment();
      try {
        await segment.append(Buffer.concat(group.map(({ frame }) => frame)), this.options.sync);
        this.failed = false;
        for (const { record } of group) this.note(record, segment.number);
        this.unstored.close(segment.number, segment.writtenBytes);
        for (const { resolve } of group) resolve();
        this.wakeReader?.();
      } catch (error) {
        this.failed = true;
        for (const { reject } of group) reject(error as Error);
      }
    }
    this.writing = null;
  }

  /** Keeps the books for a record that stands in a segment. */
  private note(record: ExchangeRecord, segment: number): void {
    if (record.kind === 'intent') {
      this.openIntents.set(record.id, { record, segment });
    } else {
      this.openIntents.delete(record.id);
      this.unstored.add(record);
    }
  }

  private currentSegment(): Segment {
    const current = this.segments.at(-1);
    return current === undefined || current.writtenBytes >= (this.options.segmentBytes ?? SEGMENT_BYTES)
      ? this.openSegment()
      : current;
  }

  private openSegment(): Segment {
    const segment = Segment.create(this.options.folder, (this.segments.at(-1)?.number ?? 0) + 1);
    this.segments.push(segment);
    if (this.options.sync) void syncFolder(this.options.folder);
    return segment;
  }

  private async dropFirst(segment: Segment): Promise<void> {
    const carried = [...this.openIntents.values()].filter((intent) => intent.segment === segment.number);
    await Promise.all(carried.map(({ record }) => this.append(record)));
    this.segments.shift();
    this.readOffset = 0;
    await segment.delete();
  }

  private untilAppended(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.wakeReader = null;
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.wakeReader = wake;
      signal.addEventListener('abort', wake);
    });
  }
}

/** The row of a request that a dead process took with it: what was known at accept, and no more. */
function interrupted(intent: IntentRecord): AnswerRecord {
  return {
    ...intent,
    kind: 'answer',
    host: null,
    status: 499,
    outcome: 'interrupted',
    errorCode: 'interrupted',
    promptTokens: null,
    completionTokens: null,
    tokensQuality: null,
    durationMs: 0,
    queueMs: null,
    loadMs: null,
    promptMs: null,
    generateMs: null,
    ttftMs: null,
    tokensPerSecond: null,
    answerPreview: null,
    interval: null,
    body: null,
  };
}

/** A new file's name is on the disk only when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
