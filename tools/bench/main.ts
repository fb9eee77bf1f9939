import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { energy } from './energy.ts';
import { fairness } from './fairness.ts';
import { ledger } from './ledger.ts';
import { overhead } from './overhead.ts';
import { portal } from './portal.ts';
import { machine, printTable, writeResult } from './report.ts';
import { Stage } from './stage.ts';
import { spoolStore } from './spool-store.ts';
import { stream } from './stream.ts';

type Bench = (stage: Stage, seconds: number, clients?: readonly number[]) => Promise<object[]>;

const BENCHES: Readonly<Record<string, Bench>> = { overhead, stream };

/** These bring all they need, and read their own options. */
const ALONE: Readonly<
  Record<string, (args: readonly string[]) => Promise<{ rows: object[] } & Record<string, unknown>>>
> = { energy, fairness, ledger, portal, spool: spoolStore };

const USAGE = `npm run bench [-- overhead | stream] [--seconds N] [--redis] [--profile FILE]
npm run bench -- fairness [--rounds N]
npm run bench -- ledger [--rows N] [--runs N] [--database URL]
npm run bench -- spool [--records N]
npm run bench -- portal [--runs N] [--minutes N] [--rows N] [--waterfall]
npm run bench -- energy [--requests N] [--runs N]
  overhead   unary answers: added latency, requests a second, CPU a request
  stream     streams: added time to the first token and between tokens, tokens a second, 512 at once
  fairness   one key with 200 requests waiting, another with one: how long that one waits
  ledger     the log: writer, pages, filters, search, analytics, export; with the plan of each question
  spool      what holds a record until PostgreSQL has it: our segments, SQLite
  portal     the Overview drawn in Chromium on three machines, cache empty and filled; memory of an hour on Live
  energy     a day of 10,000 overlapping requests, a meter read every second, EV-TOU-5; settled exactly
  --seconds  length of each measurement, default 4
  --clients  of overhead, comma-separated, default 1,16,64
  --redis    slots and limits are shared through a Redis, as with several gateways
  --profile  also writes a CPU profile of the gateway there`;

/** Each benchmark against its baselines in the same run: the upstream asked directly, and nginx in front of it. */
async function main(): Promise<void> {
  const [name = '', ...args] = process.argv.slice(2);
  const alone = ALONE[name];
  if (alone !== undefined) {
    const about = machine();
    console.log(about);
    const { rows, ...more } = await alone(args);
    printTable(name, rows);
    console.log(`→ ${writeResult(name, { machine: about, rows, ...more })}`);
    return;
  }
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '4' },
      redis: { type: 'boolean', default: false },
      profile: { type: 'string' },
      clients: { type: 'string' },
    },
  });
  const seconds = Number(values.seconds);
  const names = positionals.length === 0 ? Object.keys(BENCHES) : positionals;
  const clients = values.clients?.split(',').map(Number);
  if (!names.every((name) => name in BENCHES) || !(seconds > 0)) throw new Error(USAGE);
  const stage = await Stage.start({ profile: values.profile !== undefined, redis: values.redis });
  try {
    const about = { ...machine(), pinned: stage.pinned, redis: values.redis };
    console.log(about);
    for (const name of names) {
      const rows = (await BENCHES[name]?.(stage, seconds, clients)) ?? [];
      printTable(name, rows);
      console.log(`→ ${writeResult(name, { machine: about, rows })}`);
    }
    await stage.stopGateway();
    const [profile] = readdirSync(stage.profileFolder).filter((file) => file.endsWith('.cpuprofile'));
    if (values.profile !== undefined && profile !== undefined)
      copyFileSync(join(stage.profileFolder, profile), values.profile);
  } finally {
    await stage.stop();
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
