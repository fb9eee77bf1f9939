import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { CrashPostgres } from '../crash/crash-postgres.ts';
import { GatewayProcess } from '../crash/gateway-process.ts';
import { startFakeOllama } from '../fake-ollama/fake-ollama.ts';
import { LedgerSeed, PLANTED } from './ledger-seed.ts';
import { measureWriter } from './ledger-writer.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const TOKEN = 'a-token-of-the-ledger-benchmark';
const WARM_UP = 2;

/** A question to the admin API, and the most that its 95th percentile should take. */
interface Question {
  name: string;
  path: string;
  aimMs: number;
}

interface Answer extends Question {
  p50Ms: number;
  p95Ms: number;
  firstMs: number;
}

const PERIODS = ['today', 'week', 'month', 'year', 'all'] as const;

function questions(cursor: string): Question[] {
  const page = (name: string, query: string): Question => ({ name, path: `/api/logs?${query}`, aimMs: 50 });
  const search = (name: string, q: string): Question => ({
    name: `search: ${name}`,
    path: `/api/logs?q=${encodeURIComponent(q)}`,
    aimMs: 300,
  });
  const series = (period: string, more = ''): Question => ({
    name: `series ${period}${more}`,
    path: `/api/analytics/series?period=${period}${more}`,
    aimMs: 50,
  });
  return [
    page('first page', ''),
    page('page 100', 'page=100'),
    page('page 5,000 (deepest)', 'page=5000'),
    page('by cursor, half way back', `cursor=${cursor}`),
    page('one key', 'key=key-3'),
    page('one model', 'model=gemma3:12b'),
    page('failed', 'outcome=upstream_failed'),
    page('a status nobody has', 'outcome=all&status=418'),
    page('a month', 'from=2026-06-01&to=2026-07-01'),
    page('slow ones', 'minDurationMs=50000'),
    page('dear ones', 'minCost=1'),
    search(`common word (${PLANTED.common[1] * 100} %)`, PLANTED.common[0]),
    search(`middling word (${PLANTED.middling[1] * 100} %)`, PLANTED.middling[0]),
    search('rare word', PLANTED.rare[0]),
    search('part of a rare word', 'ylophon'),
    search('two words', `${PLANTED.common[0]} ${PLANTED.middling[0]}`),
    search('absent', 'qqzzqqzz'),
    search('two letters', 'zq'),
    ...PERIODS.map((period) => ({
      name: `overview ${period}`,
      path: `/api/analytics/overview?period=${period}`,
      aimMs: 50,
    })),
    ...PERIODS.map((period) => series(period)),
    series('year', '&groupBy=model'),
    series('month', '&groupBy=key&timezone=Asia/Kolkata'),
    { name: 'breakdown year by key', path: '/api/analytics/breakdown?period=year&by=key', aimMs: 50 },
  ];
}

/** `npm run bench ledger`: seeds a log, then asks the running product, and prints what each answer took. */
export async function ledger(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: 'string', default: '1000000' },
      runs: { type: 'string', default: '20' },
      json: { type: 'string' },
    },
  });
  const rows = Number(values.rows);
  const postgres = await CrashPostgres.start({ fsync: 'on', shared_buffers: '512MB' });
  const dataDir = mkdtempSync(join(tmpdir(), 'ollameter-bench-'));
  const ollama = await startFakeOllama({});
  try {
    await seed(postgres, rows);
    const written = await measureWriter(postgres.url, Math.min(100_000, rows));
    console.log(
      `spool and writer: ${Math.round(written.rowsPerSecond)} rows/s (${written.rows} rows; aim 5,000)`,
    );
    const gateway = await GatewayProcess.start(
      {
        DATABASE_URL: postgres.url,
        DATA_DIR: dataDir,
        GATEWAY_PORT: '0',
        ADMIN_PORT: '0',
        OLLAMA_URL: ollama.url,
        ADMIN_TOKEN: TOKEN,
        LOG_LEVEL: 'warn',
        SPOOL_RESERVE_MB: '1',
      },
      join(dataDir, 'gateway.log'),
    );
    const answers: Answer[] = [];
    for (const question of questions(await cursorHalfWay(postgres))) {
      const answer = await ask(gateway.adminUrl, question, Number(values.runs));
      answers.push(answer);
      console.log(line(answer));
    }
    const exported = await measureExport(gateway, rows);
    console.log(
      `export: ${Math.round(exported.rowsPerSecond)} rows/s (aim 20,000), ${Math.round(exported.peakMb)} MB at most, ${Math.round(exported.idleMb)} MB before (aim 150)`,
    );
    await gateway.kill();
    if (values.json !== undefined)
      writeFileSync(values.json, JSON.stringify({ rows, written, answers, exported }, null, 2));
  } finally {
    await ollama.close();
    await postgres.destroy();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function seed(postgres: CrashPostgres, rows: number): Promise<void> {
  const startedMs = Date.now();
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  try {
    await client.query(readFileSync(join(ROOT, 'init.sql'), 'utf8'));
    await client.query('SET synchronous_commit = off');
    await new LedgerSeed(client, rows, Date.now()).run((text) => console.log(`seed: ${text}`));
  } finally {
    await client.end();
  }
  const [sums] = await postgres.query<{ size: string; rollups: string }>(
    'SELECT pg_size_pretty(pg_database_size(current_database())) AS size, (SELECT count(*) FROM usage_rollup) AS rollups',
  );
  console.log(
    `seeded ${rows} rows in ${Math.round((Date.now() - startedMs) / 1000)} s, ${sums?.size ?? ''}, ${sums?.rollups ?? ''} rollup rows`,
  );
}

async function cursorHalfWay(postgres: CrashPostgres): Promise<string> {
  const [row] = await postgres.query<{ id: string }>(
    `SELECT id FROM request_log WHERE at < now() - interval '180 days' ORDER BY id DESC LIMIT 1`,
  );
  return Buffer.from((row?.id ?? '').replaceAll('-', ''), 'hex').toString('base64url');
}

async function ask(url: string, question: Question, runs: number): Promise<Answer> {
  const took: number[] = [];
  for (let run = 0; run < runs + WARM_UP; run++) {
    const startedMs = performance.now();
    const answer = await fetch(url + question.path, { headers: { authorization: `Bearer ${TOKEN}` } });
    const text = await answer.text();
    took.push(performance.now() - startedMs);
    if (answer.status !== 200) throw new Error(`${question.name}: ${answer.status} ${text}`);
  }
  const warm = took.slice(WARM_UP).sort((a, b) => a - b);
  const at = (share: number) => warm[Math.min(warm.length - 1, Math.floor(warm.length * share))] ?? 0;
  return { ...question, p50Ms: at(0.5), p95Ms: at(0.95), firstMs: took[0] ?? 0 };
}

function line({ name, p50Ms, p95Ms, firstMs, aimMs }: Answer): string {
  const [first, p50, p95] = [firstMs, p50Ms, p95Ms].map((ms) => ms.toFixed(1).padStart(8));
  return `${name.padEnd(40)} first ${first ?? ''}  p50 ${p50 ?? ''}  p95 ${p95 ?? ''} ms  ${p95Ms <= aimMs ? 'ok' : `over ${aimMs}`}`;
}

async function measureExport(
  gateway: GatewayProcess,
  rows: number,
): Promise<{ rowsPerSecond: number; peakMb: number; idleMb: number }> {
  const idleMb = gateway.residentMb();
  let peakMb = idleMb;
  const watch = setInterval(() => (peakMb = Math.max(peakMb, gateway.residentMb())), 50);
  const startedMs = performance.now();
  const lines = await new Promise<number>((done, reject) => {
    let count = 0;
    get(
      `${gateway.adminUrl}/api/logs/export?format=csv&outcome=all`,
      { headers: { authorization: `Bearer ${TOKEN}` } },
      (answer) => {
        answer.on('data', (chunk: Buffer) => {
          for (const byte of chunk) if (byte === 10) count++;
        });
        answer.on('end', () => (answer.complete ? done(count - 1) : reject(new Error('the export was cut'))));
      },
    ).on('error', reject);
  });
  clearInterval(watch);
  if (lines < rows) throw new Error(`the export has ${lines} of ${rows} rows`);
  return { rowsPerSecond: (lines * 1000) / (performance.now() - startedMs), peakMb, idleMb };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await ledger(process.argv.slice(2));
