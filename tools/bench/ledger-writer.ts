import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Log {
  onModuleInit(): Promise<void>;
  onModuleDestroy(): Promise<void>;
  answer(record: object, policy: null): Promise<void>;
  stats(): { records: number; unaccountedRecords: number };
}
type Constructor<T> = new (...parts: never[]) => T;

const dist = createRequire(import.meta.url);
dist('reflect-metadata');
// The build is read by path, so the type is the caller's word.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
const part = <T>(path: string, name: string) =>
  (dist(`../../apps/api/dist/${path}.js`) as Record<string, T>)[name] as T;

const PROMPT = 'user: How do I make a request log that loses nothing? '.repeat(5);
const CLIENTS = 64;

/** Rows a second from an append to the commit, as the gateway does both, with 64 requests that end at once. */
export async function measureWriter(
  databaseUrl: string,
  rows: number,
): Promise<{ rows: number; rowsPerSecond: number; appendsPerSecond: number }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'ollameter-bench-'));
  const AppConfig = part<{ fromVariables(variables: object): object }>('config/app-config', 'AppConfig');
  const config = AppConfig.fromVariables({
    DATABASE_URL: databaseUrl,
    DATA_DIR: dataDir,
    SPOOL_RESERVE_MB: '1',
  });
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- as for `part`
  const make = <T>(path: string, name: string, ...parts: object[]): T =>
    new (part<Constructor<T>>(path, name))(...(parts as never[]));
  const lock = make<{ onModuleDestroy(): Promise<void> }>(
    'database/process-lock.service',
    'ProcessLock',
    config,
  );
  const store = make<object>('request-log/log-store.repository', 'LogStoreRepository', config);
  const writer = make<object>('request-log/batch-writer.service', 'BatchWriter', config, store);
  const log = make<Log>('request-log/spooled-request-log.service', 'SpooledRequestLog', config, writer, lock);
  const uuidv7 = part<(ms: number) => string>('exchange/uuid-v7', 'uuidv7');
  await log.onModuleInit();
  const startedMs = performance.now();
  let begun = 0;
  const client = async () => {
    while (begun < rows) await log.answer(answerRecord(begun++, uuidv7), null);
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  const appendedMs = performance.now() - startedMs;
  while (log.stats().records > 0) await new Promise((done) => setTimeout(done, 5));
  const storedMs = performance.now() - startedMs;
  if (log.stats().unaccountedRecords !== 0) throw new Error('the books do not balance');
  await log.onModuleDestroy();
  await lock.onModuleDestroy();
  rmSync(dataDir, { recursive: true, force: true });
  return { rows, rowsPerSecond: (rows * 1000) / storedMs, appendsPerSecond: (rows * 1000) / appendedMs };
}

/** An answer of about 3 kB, as the gateway records it. */
export function answerRecord(
  n: number,
  uuidv7: (ms: number) => string,
): { id: string } & Record<string, unknown> {
  const atMs = Date.now();
  return {
    kind: 'answer',
    id: uuidv7(atMs),
    atMs,
    keyId: null,
    keyName: `key-${n % 12}`,
    model: ['llama3.1:8b', 'qwen3:14b'][n % 2],
    endpoint: 'chat.completions',
    streamed: true,
    clientAddress: '10.0.0.1',
    userAgent: 'bench',
    promptPreview: PROMPT.slice(0, 240),
    host: 'gpu',
    status: 200,
    outcome: 'completed',
    errorCode: null,
    promptTokens: 50,
    completionTokens: 200,
    tokensQuality: 'reported',
    durationMs: 4000 + (n % 1000),
    queueMs: 1,
    loadMs: 0,
    promptMs: 100,
    generateMs: 3900,
    ttftMs: 120,
    tokensPerSecond: 51,
    answerPreview: PROMPT.slice(0, 240),
    interval: null,
    body: {
      prompt: PROMPT,
      answer: PROMPT,
      request: JSON.stringify({ content: PROMPT }),
      response: JSON.stringify({ content: PROMPT }),
    },
  };
}
