import { setImmediate as nextTurn } from 'node:timers/promises';
import { mkdir, readdir } from 'node:fs/promises';
import type { ExchangeRecord, IntentRecord } from '../exchange/exchange-record';
import { DiskReserve } from './disk-reserve';
import { encodeFrame } from './frame';
import { interrupted } from './interrupted';
import { Segment } from './segment';
import { conditionOf, type SpoolCondition } from './spool-condition';
import { UnstoredGroups } from './unstored-groups';

export interface SpoolOptions {
  folder: string;
  /** New requests are refused at 90 % of this; running ones are still recorded. */
  maxBytes: number;
  /** Kept free for the requests that run when the disk is full. */
  reserveBytes: number;
  /** Every group of appends is on the disk before it counts. */
  sync: boolean;
  segmentBytes?: number;
  /** How often a spool in trouble tries whether the disk takes bytes again. */
  mendMs?: number;
}

/** What a start found of the process before it. */
export interface Recovery {
  /** Answers that may not be in the database yet. */
  answers: number;
  /** Intents that never got an answer; they were appended as `interrupted`. */
  interrupted: number;
  cutBytes: number;
  repairedFrames: number;
  damagedFrames: number;
}

interface Waiting {
  frame: Buffer;
  record: ExchangeRecord;
  resolve: () => void;
  reject: (error: Error) => void;
}

const SEGMENT_BYTES = 8 * 1024 * 1024;
const MEND_MS = 1_000;
const REFUSE_AT = 0.9;

/**
 * The append-only spool: one reader, one writer, segments in a folder. Records that are appended while a write is
 * under way go out together in the next one (group commit). A segment goes when all of it is stored; intents in it
 * that still run are appended anew first. When the disk is full, a preallocated reserve takes the running requests'
 * records, and no new ones are accepted until it stands again.
 */
export class Spool {
  private segments: Segment[] = [];
  private readOffset = 0;
  private pendingRead = 0;
  private pendingAnswers = 0;
  private readonly reserve: DiskReserve;
  private readonly waiting: Waiting[] = [];
  private writing: Promise<void> | null = null;
  private trouble: { condition: SpoolCondition; error: Error } | null = null;
  private preparing: Promise<void> | null = null;
  private mending: NodeJS.Timeout | null = null;
  private readonly openIntents = new Map<string, { record: IntentRecord; segment: number }>();
  private readonly unstored = new UnstoredGroups();
  private answers = 0;
  private damaged = 0;
  private wakeReader: (() => void) | null = null;

  constructor(private readonly options: SpoolOptions) {
    this.reserve = new DiskReserve(options.folder, options.reserveBytes);
  }

  /** Reads what is there, cuts torn tails, and turns intents without an answer into `interrupted` rows. */
  async recover(): Promise<Recovery> {
    const { folder } = this.options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const numbers = (await readdir(folder)).map((name) => Segment.numberOf(name)).filter((n) => n !== null);
    const recovery: Recovery = {
      answers: 0,
      interrupted: 0,
      cutBytes: 0,
      repairedFrames: 0,
      damagedFrames: 0,
    };
    const answered = new Set<string>();
    for (const number of numbers.sort((a, b) => a - b)) {
      const { segment, scanned, cutBytes } = await Segment.recover(folder, number);
      this.segments.push(segment);
      recovery.cutBytes += cutBytes;
      recovery.repairedFrames += scanned.repaired;
      recovery.damagedFrames += scanned.damaged.length;
      for (const payload of scanned.payloads) {
        const record = JSON.parse(payload) as ExchangeRecord;
        if (record.kind === 'answer') answered.add(record.id);
        // An intent that was carried over while its answer was written stands behind it.
        else if (answered.has(record.id)) continue;
        this.note(record, segment.number);
      }
      this.unstored.close(segment.number, segment.writtenBytes);
    }
    recovery.answers = this.answers;
    this.openSegment();
    // Not awaited: a start does not wait for 64 MB of zeros.
    this.preparing = this.mend();
    const intents = [...this.openIntents.values()].map(({ record }) => record);
    // What a full disk does not take now stays an open intent, for the next start.
    const told = await Promise.allSettled(intents.map((intent) => this.append(interrupted(intent))));
    recovery.interrupted = told.filter(({ status }) => status === 'fulfilled').length;
    return recovery;
  }

  get condition(): SpoolCondition {
    return this.trouble?.condition ?? (this.bytes >= this.options.maxBytes * REFUSE_AT ? 'full' : 'ok');
  }

  /** What the disk said, while it is in trouble. */
  get error(): Error | null {
    return this.trouble?.error ?? null;
  }

  get accepting(): boolean {
    return this.condition === 'ok';
  }

  /** Bytes on disk that are not stored yet. */
  get bytes(): number {
    return this.segments.reduce((sum, segment) => sum + segment.writtenBytes, 0) - this.readOffset;
  }

  /** Answers appended or found by this process. */
  get acceptedRecords(): number {
    return this.answers;
  }

  get unstoredRecords(): number {
    return this.unstored.records;
  }

  /** Stretches that a reader of this process could not read. */
  get damagedFrames(): number {
    return this.damaged;
  }

  get oldestAtMs(): number | null {
    return this.unstored.oldestAtMs;
  }

  oldestSlotFromUs(host: string): number | null {
    return this.unstored.oldestSlotFromUs(host);
  }

  /** Resolves when the record would survive the end of this process. @throws the write's error, where not even the reserve took it. */
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
        const { payloads, endOffset, damaged } = await segment.read(this.readOffset, maxBytes);
        this.damaged += damaged.length;
        this.pendingRead = endOffset;
        const records = payloads.map((payload) => JSON.parse(payload) as ExchangeRecord);
        this.pendingAnswers = records.filter(({ kind }) => kind === 'answer').length;
        return records;
      }
      if (segment !== undefined && this.segments.length > 1) {
        await this.dropFirst(segment);
        continue;
      }
      await this.untilAppended(signal);
    }
  }

  /** What the last `read` gave is stored (or kept elsewhere). */
  stored(): void {
    this.readOffset += this.pendingRead;
    this.pendingRead = 0;
    const [segment] = this.segments;
    if (segment !== undefined) this.unstored.stored(segment.number, this.readOffset, this.pendingAnswers);
    this.pendingAnswers = 0;
  }

  /** True when everything that was appended is stored. */
  get drained(): boolean {
    return this.waiting.length === 0 && this.writing === null && this.unstored.records === 0;
  }

  /** Ends the writing; where nothing is left to say, the segments go, and the next start replays nothing. */
  async close(): Promise<void> {
    if (this.mending !== null) clearTimeout(this.mending);
    this.mending = null;
    await Promise.all([this.preparing, this.writing]);
    const done = this.drained && this.openIntents.size === 0;
    await Promise.all(this.segments.map((segment) => (done ? segment.delete() : segment.close())));
  }

  private async writeGroups(): Promise<void> {
    // The records of this turn of the event loop join the group.
    await nextTurn();
    while (this.waiting.length > 0) {
      const group = this.waiting.splice(0);
      try {
        const segment = await this.writeSomewhere(group);
        for (const { record } of group) this.note(record, segment.number);
        this.unstored.close(segment.number, segment.writtenBytes);
        for (const { resolve } of group) resolve();
        this.wakeReader?.();
      } catch (error) {
        for (const { reject } of group) reject(error as Error);
      }
    }
    this.writing = null;
  }

  /** To the current segment; where the disk refuses, to the reserve. */
  private async writeSomewhere(group: readonly Waiting[]): Promise<Segment> {
    const frames = Buffer.concat(group.map(({ frame }) => frame));
    const current = this.currentSegment();
    try {
      return await this.writeTo(current, frames, group);
    } catch (error) {
      await current.cutRest();
      const wasReserve = Number.isFinite(current.capacityBytes);
      this.inTrouble(error as Error);
      if (wasReserve) throw error;
    }
    await this.preparing;
    const reserve = await this.reserve.take(this.nextNumber);
    this.segments.push(reserve);
    return this.writeTo(reserve, frames, group);
  }

  /** Where the reserve has no room for the texts, the rows are kept without them. */
  private async writeTo(segment: Segment, frames: Buffer, group: readonly Waiting[]): Promise<Segment> {
    const room = segment.capacityBytes - segment.writtenBytes;
    const fitting =
      frames.length <= room ? frames : Buffer.concat(group.map(({ record }) => encodeFrame(slim(record))));
    if (fitting.length > room)
      throw Object.assign(new Error('the reserve of the spool is used up'), { code: 'ENOSPC' });
    await segment.append(fitting, this.options.sync);
    return segment;
  }

  private inTrouble(error: Error): void {
    this.trouble = { condition: conditionOf(error), error };
    this.mending ??= setTimeout(() => {
      this.mending = null;
      void this.mend();
    }, this.options.mendMs ?? MEND_MS).unref();
  }

  /** New requests are taken once the reserve stands. */
  private async mend(): Promise<void> {
    try {
      await this.reserve.prepare();
      this.trouble = null;
    } catch (error) {
      this.inTrouble(error as Error);
    }
  }

  /** Keeps the books for a record that stands in a segment. */
  private note(record: ExchangeRecord, segment: number): void {
    if (record.kind === 'intent') {
      this.openIntents.set(record.id, { record, segment });
    } else {
      this.openIntents.delete(record.id);
      this.unstored.add(record);
      this.answers++;
    }
  }

  private get nextNumber(): number {
    return (this.segments.at(-1)?.number ?? 0) + 1;
  }

  private currentSegment(): Segment {
    const current = this.segments.at(-1);
    if (current === undefined) return this.openSegment();
    // While the disk is in trouble a new file would only fail too.
    if (this.trouble !== null) return current;
    const isReserve = Number.isFinite(current.capacityBytes);
    if (isReserve) void current.cutRest();
    return isReserve || current.writtenBytes >= (this.options.segmentBytes ?? SEGMENT_BYTES)
      ? this.openSegment()
      : current;
  }

  private openSegment(): Segment {
    const segment = Segment.create(this.options.folder, this.nextNumber);
    this.segments.push(segment);
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

function slim(record: ExchangeRecord): string {
  return JSON.stringify(record.kind === 'answer' ? { ...record, body: null } : record);
}
