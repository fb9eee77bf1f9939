import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnswerRecord, ExchangeRecord, IntentRecord } from '../exchange/exchange-record';
import { uuidv7 } from '../exchange/uuid-v7';
import { Spool, type SpoolOptions } from './spool';

const forever = new AbortController().signal;
const DEFAULTS = { maxBytes: 1 << 30, reserveBytes: 64 * 1024, sync: false, mendMs: 10 };

function intent(): IntentRecord {
  const atMs = Date.now();
  return {
    kind: 'intent',
    id: uuidv7(atMs),
    atMs,
    keyId: null,
    keyName: 'k',
    model: 'm',
    endpoint: 'chat.completions',
    streamed: true,
    clientAddress: null,
    userAgent: null,
    promptPreview: 'Привет 👋',
  };
}

function answerOf(record: IntentRecord, slotFromUs: number | null = null): AnswerRecord {
  return {
    ...record,
    kind: 'answer',
    host: 'gpu',
    status: 200,
    outcome: 'completed',
    errorCode: null,
    promptTokens: 1,
    completionTokens: 2,
    tokensQuality: 'reported',
    durationMs: 10,
    queueMs: 0,
    loadMs: 0,
    promptMs: 1,
    generateMs: 9,
    ttftMs: 1,
    tokensPerSecond: 200,
    answerPreview: 'x',
    interval:
      slotFromUs === null
        ? null
        : { host: 'gpu', slotFromUs, activeFromUs: slotFromUs, activeToUs: slotFromUs + 5 },
    body: null,
  };
}

async function until(condition: () => boolean): Promise<void> {
  for (const giveUpAtMs = Date.now() + 5_000; !condition();) {
    if (Date.now() > giveUpAtMs) throw new Error('waited in vain');
    await new Promise((done) => setTimeout(done, 5));
  }
}

describe('Spool', () => {
  let folder: string;
  const spools: Spool[] = [];

  async function open(options: Partial<SpoolOptions> = {}): Promise<Spool> {
    const spool = new Spool({ ...DEFAULTS, folder, ...options });
    spools.push(spool);
    await spool.recover();
    return spool;
  }

  /** Everything that stands in the spool, in order. */
  async function readAll(spool: Spool): Promise<ExchangeRecord[]> {
    const all: ExchangeRecord[] = [];
    while (spool.bytes > 0) {
      all.push(...((await spool.read(1 << 20, forever)) ?? []));
      spool.stored();
    }
    return all;
  }

  /** A spool over a folder that holds just these bytes. */
  async function openOver(bytes: Buffer): Promise<Spool> {
    await rm(folder, { recursive: true });
    folder = await mkdtemp(join(tmpdir(), 'ollameter-spool-'));
    await writeFile(join(folder, '0000000001.log'), bytes);
    return open();
  }

  const answerIds = (records: ExchangeRecord[]) =>
    records.filter((record) => record.kind === 'answer').map((record) => record.id);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ollameter-spool-'));
  });

  afterEach(async () => {
    await Promise.all(spools.splice(0).map((spool) => spool.close()));
    await rm(folder, { recursive: true });
  });

  it('gives back what was appended, in order, once', async () => {
    const spool = await open();
    const records = Array.from({ length: 100 }, () => answerOf(intent()));
    await Promise.all(records.map((record) => spool.append(record)));
    expect(await readAll(spool)).toEqual(records);
    expect(spool.drained).toBe(true);
  });

  it('a second start finds what the first did not store, and only that', async () => {
    const first = await open({ segmentBytes: 1000 });
    const records = Array.from({ length: 30 }, () => answerOf(intent()));
    for (const record of records) await first.append(record);
    // Two reads' worth is stored; the process then ends without a word.
    const stored = (await first.read(3000, forever)) ?? [];
    first.stored();
    const second = await open({ segmentBytes: 1000 });
    const found = answerIds(await readAll(second));
    expect(found.slice(-(records.length - stored.length))).toEqual(
      records.slice(stored.length).map((record) => record.id),
    );
    expect(new Set([...stored.map((record) => record.id), ...found]).size).toBe(records.length);
  });

  it('turns intents without an answer into interrupted rows, once', async () => {
    const first = await open();
    const [lost, answered] = [intent(), intent()];
    await Promise.all([first.append(lost), first.append(answered), first.append(answerOf(answered))]);
    const second = new Spool({ ...DEFAULTS, folder });
    spools.push(second);
    expect(await second.recover()).toMatchObject({ answers: 1, interrupted: 1, cutBytes: 0 });
    const third = new Spool({ ...DEFAULTS, folder });
    spools.push(third);
    expect(await third.recover()).toMatchObject({ answers: 2, interrupted: 0 });
    const rows = await readAll(third);
    expect(
      rows.filter((row) => row.kind === 'answer' && row.outcome === 'interrupted').map((row) => row.id),
    ).toEqual([lost.id]);
  });

  it('carries a running intent over when its segment goes, so that it is still known after a crash', async () => {
    const first = await open({ segmentBytes: 2000 });
    const running = intent();
    await first.append(running);
    for (let i = 0; i < 20; i++) await first.append(answerOf(intent()));
    await readAll(first);
    await first.append(answerOf(intent()));
    await readAll(first);
    expect((await readdir(folder)).filter((name) => name.endsWith('.log')).length).toBeLessThanOrEqual(2);
    const second = new Spool({ ...DEFAULTS, folder });
    spools.push(second);
    expect((await second.recover()).interrupted).toBe(1);
  });

  it('cuts a torn tail wherever the write was cut, and keeps every whole record', async () => {
    const first = await open();
    const records = Array.from({ length: 3 }, () => answerOf(intent()));
    for (const record of records) await first.append(record);
    const name = '0000000001.log';
    const whole = await readFile(join(folder, name));
    const frameBytes = whole.length / 3;
    for (let length = Math.ceil(frameBytes * 2); length < whole.length; length++) {
      await rm(folder, { recursive: true });
      folder = await mkdtemp(join(tmpdir(), 'ollameter-spool-'));
      await writeFile(join(folder, name), whole.subarray(0, length));
      const spool = await open();
      expect(answerIds(await readAll(spool))).toEqual(records.slice(0, 2).map((record) => record.id));
      await spool.close();
    }
  });

  it('puts a flipped bit right wherever it is, and reads every record behind it', async () => {
    const first = await open();
    const records = Array.from({ length: 3 }, () => answerOf(intent()));
    for (const record of records) await first.append(record);
    const whole = await readFile(join(folder, '0000000001.log'));
    for (let offset = 0; offset < whole.length; offset += 5) {
      const flipped = Buffer.from(whole);
      flipped[offset] = (flipped[offset] ?? 0) ^ (1 << (offset % 8));
      const spool = await openOver(flipped);
      expect(await readAll(spool)).toEqual(records);
      await spool.close();
    }
  });

  it('keeps what is damaged beyond repair aside, never hands it out, and reads every record behind it', async () => {
    const first = await open();
    const records = Array.from({ length: 3 }, () => answerOf(intent()));
    for (const record of records) await first.append(record);
    const whole = await readFile(join(folder, '0000000001.log'));
    const frameBytes = whole.length / 3;
    for (let offset = Math.ceil(frameBytes); offset + 40 < frameBytes * 2; offset += 31) {
      const scratched = Buffer.from(whole);
      for (let at = offset; at < offset + 24; at++) scratched[at] = (scratched[at] ?? 0) ^ 0x5a;
      const spool = await openOver(scratched);
      expect(answerIds(await readAll(spool))).toEqual([records[0]?.id, records[2]?.id]);
      expect((await readdir(folder)).filter((name) => name.endsWith('.damaged'))).toHaveLength(1);
      await spool.close();
    }
  });

  it('ignores files that are not segments', async () => {
    await appendFile(join(folder, 'poison.jsonl'), '{}\n');
    const spool = await open();
    expect(spool.bytes).toBe(0);
  });

  it('refuses new requests near its limit and takes them again when rows are stored', async () => {
    const spool = await open({ maxBytes: 5000 });
    expect(spool.accepting).toBe(true);
    while (spool.accepting) await spool.append(answerOf(intent()));
    // A running request is recorded all the same.
    await spool.append(answerOf(intent()));
    await readAll(spool);
    expect(spool.accepting).toBe(true);
  });

  it('rejects what it could not write, refuses new requests, and recovers by itself', async () => {
    const spool = await open();
    await spool.append(intent());
    const path = folder;
    const second = new Spool({ ...DEFAULTS, folder: join(path, 'missing') });
    await expect(second.append(answerOf(intent()))).rejects.toThrow(/ENOENT/);
    expect(second.accepting).toBe(false);
    await mkdir(join(path, 'missing'));
    await until(() => second.accepting);
    await second.append(answerOf(intent()));
    await second.close();
  });

  it('starts nothing over when all is stored: the next start replays nothing', async () => {
    const first = await open();
    await first.append(answerOf(intent()));
    await readAll(first);
    await first.close();
    expect(await new Spool({ ...DEFAULTS, folder }).recover()).toMatchObject({ answers: 0, interrupted: 0 });
  });

  it('counts what is left exactly, also where a read ends within a group', async () => {
    const spool = await open();
    await Promise.all(Array.from({ length: 50 }, () => spool.append(answerOf(intent()))));
    let read = 0;
    while (spool.bytes > 0) {
      read += (await spool.read(2_000, forever))?.length ?? 0;
      spool.stored();
      expect(spool.unstoredRecords).toBe(50 - read);
    }
    expect(read).toBe(50);
  });

  it('knows the earliest slot that unstored rows may claim', async () => {
    const spool = await open();
    await Promise.all([spool.append(answerOf(intent(), 500)), spool.append(answerOf(intent(), 300))]);
    expect(spool.oldestSlotFromUs('gpu')).toBe(300);
    expect(spool.oldestSlotFromUs('other')).toBeNull();
    await readAll(spool);
    expect(spool.oldestSlotFromUs('gpu')).toBeNull();
  });
});
