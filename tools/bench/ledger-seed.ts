import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { Random } from '../crash/random.ts';

const dist = createRequire(import.meta.url);
const { monthPartition } = dist('../../apps/api/dist/request-log/month-partition.js') as {
  monthPartition: (table: string, id: string) => { name: string; from: string; to: string };
};
const { rollUp } = dist('../../apps/api/dist/request-log/usage-rollup.js') as {
  rollUp: (records: readonly object[]) => Rollup[];
};
const { toSearchText } = dist('../../apps/api/dist/request-log/search-text.js') as {
  toSearchText: (prompt: string | null, answer: string | null) => string;
};

export const DAYS = 365;
const CHUNK_ROWS = 20_000;
const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;
/** Of each request. */
const ENERGY_PJ = 400_000_000_000_000n;
const COST_NUMERATOR = 153_200_000_000_000_000_000n;
const TABLES = ['request_log', 'request_body', 'request_search', 'request_energy'] as const;
const MODELS = ['llama3.1:8b', 'qwen3:14b', 'gemma3:12b', 'nomic-embed-text'] as const;
/** Words that the searches look for, by how often a row holds them. */
export const PLANTED = {
  common: ['weather', 0.2],
  middling: ['invoice', 0.005],
  rare: ['xylophone', 0.00001],
} as const;

export interface Key {
  id: string;
  name: string;
}

type Histograms = Record<'durationHistogram' | 'ttftHistogram' | 'speedHistogram', number[]>;
type Counts = Record<'bucketMs' | 'requests' | 'promptTokens' | 'completionTokens', number>;
type Times = Record<'durationMs' | 'queueMs' | 'loadMs' | 'promptMs' | 'generateMs', number>;
type Names = Record<'keyId' | 'model' | 'endpoint' | 'outcome' | 'host', string>;
type Rollup = Names & Counts & Times & Histograms;

interface Seeded {
  id: string;
  atMs: number;
  record: Record<string, unknown>;
  prompt: string;
  answer: string;
}

/** A year of an office of twelve keys: working days, few models each, texts of Zipf-distributed words. */
export class LedgerSeed {
  private readonly random = new Random(42);
  private readonly words: string[];
  readonly keys: Key[] = [];
  private readonly client: pg.Client;
  private readonly rows: number;
  private readonly untilMs: number;

  constructor(client: pg.Client, rows: number, untilMs: number) {
    this.client = client;
    this.rows = rows;
    this.untilMs = untilMs;
    this.words = Array.from({ length: 30_000 }, () => this.word());
  }

  /** Fills the tables by COPY, then builds the indexes, as a restore would. */
  async run(tell: (line: string) => void): Promise<void> {
    await this.makeKeys();
    await this.makePartitions();
    const indexes = await this.dropIndexes();
    await this.client.query('ALTER TABLE usage_rollup DISABLE TRIGGER USER');
    const chunks = Math.ceil(this.rows / CHUNK_ROWS);
    const startOf = (chunk: number) => {
      const ms = this.untilMs - DAYS * DAY_MS * (1 - chunk / chunks);
      return chunk === chunks ? ms : Math.floor(ms / QUARTER_MS) * QUARTER_MS;
    };
    for (let chunk = 0; chunk < chunks; chunk++) {
      const done = chunk * CHUNK_ROWS;
      const fromMs = startOf(chunk);
      await this.chunk(fromMs, startOf(chunk + 1) - fromMs, Math.min(CHUNK_ROWS, this.rows - done));
      if (chunk % 10 === 9) tell(`${done + CHUNK_ROWS} rows`);
    }
    await this.client.query('SELECT usage_fold_all()');
    await this.client.query('ALTER TABLE usage_rollup ENABLE TRIGGER USER');
    await this.client.query(`SET maintenance_work_mem = '1GB'; SET max_parallel_maintenance_workers = 2`);
    for (const { name, definition } of indexes) {
      const startedMs = Date.now();
      await this.client.query(definition);
      tell(`${name}, ${Math.round((Date.now() - startedMs) / 1000)} s`);
    }
    await this.client.query('VACUUM ANALYZE');
  }

  /** All of the log's indexes but its primary keys: built over what is there they cost a fraction. */
  private async dropIndexes(): Promise<{ name: string; definition: string }[]> {
    const { rows } = await this.client.query<{ name: string; definition: string }>(
      `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
         FROM pg_index WHERE indrelid = ANY ($1::regclass[]) AND NOT indisprimary`,
      [TABLES],
    );
    for (const { name } of rows) await this.client.query(`DROP INDEX ${name}`);
    return rows.map(({ name, definition }) => ({
      name,
      definition: definition.replace(' ON ONLY ', ' ON '),
    }));
  }

  private async makeKeys(): Promise<void> {
    for (let n = 0; n < 12; n++) {
      const key = { id: uuidv7(this.untilMs - DAYS * DAY_MS), name: `key-${n}` };
      await this.client.query(
        `INSERT INTO api_key (id, name, prefix, last_four, secret_hash) VALUES ($1, $2, 'sk-om', '0000', $3)`,
        [key.id, key.name, randomBytes(32)],
      );
      this.keys.push(key);
    }
  }

  private async makePartitions(): Promise<void> {
    for (let day = 0; day <= DAYS; day++)
      for (const table of TABLES) {
        const { name, from, to } = monthPartition(table, uuidv7(this.untilMs - day * DAY_MS));
        await this.client.query(
          `CREATE TABLE IF NOT EXISTS ${name} PARTITION OF ${table} FOR VALUES FROM ('${from}') TO ('${to}')`,
        );
      }
  }

  private async chunk(fromMs: number, lengthMs: number, count: number): Promise<void> {
    const rows = Array.from({ length: count }, () => this.row(this.workingTime(fromMs, lengthMs)));
    rows.sort((a, b) => (a.id < b.id ? -1 : 1));
    await this.copy(
      'request_log (id, at, key_id, key_name, model, host, endpoint, streamed, status, outcome, prompt_tokens, completion_tokens, tokens_quality, duration_ms, queue_ms, load_ms, prompt_ms, generate_ms, ttft_ms, tokens_per_second, slot_from_us, active_from_us, active_to_us, client_address, user_agent, prompt_preview, answer_preview)',
      rows.map(({ id, atMs, record: r, prompt, answer }) => [
        id,
        new Date(atMs).toISOString(),
        r['keyId'],
        r['keyName'],
        r['model'],
        r['host'],
        r['endpoint'],
        true,
        r['status'],
        r['outcome'],
        r['promptTokens'],
        r['completionTokens'],
        'reported',
        r['durationMs'],
        r['queueMs'],
        0,
        r['promptMs'],
        r['generateMs'],
        r['ttftMs'],
        r['tokensPerSecond'],
        atMs * 1000,
        atMs * 1000,
        atMs * 1000 + 1000,
        '10.0.0.1',
        'OpenAI/Python 2.1',
        prompt.slice(0, 240),
        answer.slice(0, 240),
      ]),
    );
    await this.copy(
      'request_body (id, prompt, answer, request, response)',
      rows.map(({ id, prompt, answer }) => [
        id,
        prompt,
        answer,
        JSON.stringify({ model: 'm', messages: [{ role: 'user', content: prompt }] }),
        null,
      ]),
    );
    await this.copy(
      'request_search (id, text)',
      rows.map(({ id, prompt, answer }) => [id, toSearchText(prompt, answer)]),
    );
    await this.copy(
      'request_energy (id, host, energy_pj, cost_numerator, currency, quality, source, scope, concurrency, tariff_version_id)',
      rows.map(({ id, record }) => [
        id,
        record['host'],
        String(ENERGY_PJ),
        String(COST_NUMERATOR),
        'USD',
        'constant',
        'constant',
        'machine',
        1,
        1,
      ]),
    );
    await this.rollups(rows.map(({ record }) => record));
  }

  /** A chunk has its quarter hours to itself, so nothing is added to what is there. */
  private async rollups(records: readonly Seeded['record'][]): Promise<void> {
    await this.copy(
      'usage_rollup (bucket_at, key_id, model, endpoint, outcome, host, currency, requests, prompt_tokens, completion_tokens, duration_ms, queue_ms, load_ms, prompt_ms, generate_ms, energy_pj, cost_numerator, duration_histogram, ttft_histogram, speed_histogram)',
      rollUp(records).map((r) => [
        ...[new Date(r.bucketMs).toISOString(), r.keyId, r.model, r.endpoint, r.outcome, r.host, 'USD'],
        ...[r.requests, r.promptTokens, r.completionTokens],
        ...[r.durationMs, r.queueMs, r.loadMs, r.promptMs, r.generateMs],
        ...[ENERGY_PJ, COST_NUMERATOR].map((each) => String(each * BigInt(r.requests))),
        ...[r.durationHistogram, r.ttftHistogram, r.speedHistogram].map(arrayText),
      ]),
    );
  }

  private async copy(target: string, rows: readonly unknown[][]): Promise<void> {
    const lines = function* () {
      for (let from = 0; from < rows.length; from += 500)
        yield rows
          .slice(from, from + 500)
          .map((row) => `${row.map(copyText).join('\t')}\n`)
          .join('');
    };
    await pipeline(Readable.from(lines()), this.client.query(copyFrom(`COPY ${target} FROM STDIN`)));
  }

  private row(atMs: number): Seeded {
    const { random } = this;
    const keyIndex = Math.floor(this.keys.length * random.next() ** 2);
    const key = this.keys[keyIndex] ?? this.keys[0];
    const model = MODELS[(keyIndex + (random.chance(0.85) ? 0 : 1)) % MODELS.length] ?? MODELS[0];
    const outcome = random.chance(0.96)
      ? 'completed'
      : random.chance(0.5)
        ? 'client_left'
        : 'upstream_failed';
    const promptTokens = random.between(10, 2000);
    const completionTokens = random.between(1, 600);
    const speed = 10 + 60 * random.next();
    const generateMs = (completionTokens * 1000) / speed;
    const id = uuidv7(atMs);
    const record = {
      kind: 'answer',
      id,
      atMs,
      keyId: key?.id ?? null,
      keyName: key?.name ?? null,
      model,
      host: 'gpu',
      endpoint: model === 'nomic-embed-text' ? 'embeddings' : 'chat.completions',
      status: outcome === 'upstream_failed' ? 502 : 200,
      outcome,
      promptTokens,
      completionTokens,
      durationMs: generateMs + promptTokens,
      queueMs: 5,
      loadMs: 0,
      promptMs: promptTokens,
      generateMs,
      ttftMs: promptTokens + 5,
      tokensPerSecond: speed,
    };
    return { id, atMs, record, prompt: `user: ${this.text(8, 40)}`, answer: this.text(10, 80) };
  }

  /** Working days from eight to eighteen get nine tenths. */
  private workingTime(fromMs: number, lengthMs: number): number {
    for (;;) {
      const at = new Date(fromMs + this.random.next() * lengthMs);
      const works = at.getUTCDay() % 6 !== 0 && at.getUTCHours() >= 8 && at.getUTCHours() < 18;
      if (works || this.random.chance(0.04)) return at.getTime();
    }
  }

  private text(min: number, max: number): string {
    const words = Array.from(
      { length: this.random.between(min, max) },
      () => this.words[Math.floor(this.words.length * this.random.next() ** 3)] ?? '',
    );
    for (const [word, share] of Object.values(PLANTED))
      if (this.random.chance(share / 2)) words[this.random.between(0, words.length)] = word;
    return words.join(' ');
  }

  private word(): string {
    const letters = 'etaoinshrdlcumwfgypbvkjxqz';
    return Array.from(
      { length: this.random.between(2, 12) },
      () => letters[Math.floor(26 * this.random.next() ** 1.6)] ?? 'e',
    ).join('');
  }
}

function uuidv7(atMs: number): string {
  const hex = Math.floor(atMs).toString(16).padStart(12, '0') + randomBytes(10).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

function arrayText(bins: readonly number[]): string {
  return `{${bins.join(',')}}`;
}

function copyText(value: unknown): string {
  if (value === null || value === undefined) return '\\N';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replace(
    /[\\\n\r\t]/g,
    (c) => ({ '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' })[c] ?? c,
  );
}
