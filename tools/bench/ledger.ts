import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { GatewayProcess } from '../crash/gateway-process.ts';
import { startFakeOllama } from '../fake-ollama/fake-ollama.ts';
import { LedgerDatabase } from './ledger-database.ts';
import { measureExport } from './ledger-export.ts';
import { type Question, questions } from './ledger-questions.ts';
import { measureWriter } from './ledger-writer.ts';

const TOKEN = 'a-token-of-the-ledger-benchmark';
const WARM_UP = 2;
const WRITTEN_ROWS = 50_000;

interface Answer extends Question {
  firstMs: number;
  p50Ms: number;
  p95Ms: number;
  /** p50 over that of an answer without a question to the log, in the same run. */
  timesBaseline: number;
}

/**
 * Seeds a year's log, then writes to it, asks the running product everything the portal asks, and exports it all.
 * Options: `--rows` (1,000,000), `--runs` of each question (20), `--database URL` (an empty one to seed, or one that
 * an earlier run has seeded; else a server of its own).
 */
export async function ledger(args: readonly string[]): Promise<{ rows: object[] } & Record<string, unknown>> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: 'string', default: '1000000' },
      runs: { type: 'string', default: '20' },
      database: { type: 'string' },
    },
  });
  const database = await LedgerDatabase.open(values.database);
  const dataDir = mkdtempSync(join(tmpdir(), 'ollameter-bench-'));
  const ollama = await startFakeOllama({});
  try {
    const seeded = await database.seed(Number(values.rows));
    const written = await measureWriter(database.url, Math.min(WRITTEN_ROWS, seeded));
    console.log(
      `spool and writer: ${Math.round(written.rowsPerSecond)} rows/s (${written.rows} rows; aim 5,000)`,
    );
    const gateway = await GatewayProcess.start(
      {
        DATABASE_URL: database.url,
        DATA_DIR: dataDir,
        GATEWAY_PORT: '0',
        ADMIN_PORT: '0',
        OLLAMA_URL: ollama.url,
        ADMIN_TOKEN: TOKEN,
        // The same in every run, for a database that is used again.
        KEY_PEPPER: 'pepper-of-the-ledger-benchmark-0123456789abcdef',
        LOG_LEVEL: 'warn',
        SPOOL_RESERVE_MB: '1',
      },
      join(dataDir, 'gateway.log'),
    );
    await database.indexed();
    const { answers, plans } = await askAll(gateway, database, Number(values.runs));
    const exported = await measureExport(gateway, TOKEN, seeded);
    console.log(
      `export: ${Math.round(exported.rowsPerSecond)} rows/s (aim 20,000), ${Math.round(exported.peakMb - exported.idleMb)} MB at most (aim 150) on top of the ${Math.round(exported.idleMb)} MB before`,
    );
    await gateway.kill();
    return { rows: answers, seeded, written, exported, plans };
  } finally {
    await ollama.close();
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function askAll(
  gateway: GatewayProcess,
  database: LedgerDatabase,
  runs: number,
): Promise<{ answers: object[]; plans: Record<string, string> }> {
  const answers: Answer[] = [];
  const plans: Record<string, string> = {};
  for (const question of questions(await database.cursorHalfWay(), await database.busiestKeyId())) {
    const answer = await ask(gateway.adminUrl, question, runs, answers[0]?.p50Ms);
    answers.push(answer);
    console.log(line(answer));
    plans[question.name] = await database.planOf(() => fetchText(gateway.adminUrl, question));
  }
  return { answers: answers.map(({ path: _path, ...figures }) => figures), plans };
}

async function ask(
  url: string,
  question: Question,
  runs: number,
  baselineMs: number | undefined,
): Promise<Answer> {
  const took: number[] = [];
  for (let run = 0; run < runs + WARM_UP; run++) {
    const startedMs = performance.now();
    await fetchText(url, question);
    took.push(performance.now() - startedMs);
  }
  const warm = took.slice(WARM_UP).sort((a, b) => a - b);
  const at = (share: number) => warm[Math.min(warm.length - 1, Math.floor(warm.length * share))] ?? 0;
  const p50Ms = at(0.5);
  return {
    ...question,
    firstMs: took[0] ?? 0,
    p50Ms,
    p95Ms: at(0.95),
    timesBaseline: p50Ms / (baselineMs ?? p50Ms),
  };
}

async function fetchText(url: string, { name, path }: Question): Promise<void> {
  const answer = await fetch(url + path, { headers: { authorization: `Bearer ${TOKEN}` } });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${name}: ${answer.status} ${text}`);
}

function line({ name, firstMs, p50Ms, p95Ms, aimMs }: Answer): string {
  const [first, p50, p95] = [firstMs, p50Ms, p95Ms].map((ms) => ms.toFixed(1).padStart(8));
  return `${name.padEnd(46)} first ${first ?? ''}  p50 ${p50 ?? ''}  p95 ${p95 ?? ''} ms  ${p95Ms <= aimMs ? 'ok' : `over ${aimMs}`}`;
}
