import { parseArgs } from 'node:util';
import pg from 'pg';
import { quantiles } from './measure.ts';
import { RawClient } from './raw-client.ts';
import { gatewayRequest, type ReplayOrder } from './replay-order.ts';
import { API_KEY, OTHER_KEY, Stage } from './stage.ts';

const WAITING = 200;
/** About 100 ms in its slot. */
const LONG: ReplayOrder = { tokens: 10, write: 'record', paceMs: 10 };
/** Takes no time of its own, so that what is measured is the wait. */
const SHORT: ReplayOrder = { tokens: 1, write: 'whole', paceMs: 0 };
const ALONE = 20;

export interface FairnessRow {
  readonly slots: number;
  /** Requests of the one key that wait all the time. */
  readonly waiting: number;
  /** How long one of them holds its slot, ms: the mean, from how many were served in the same time. */
  readonly slotMs: number;
  /** What the other key's one request waited, ms. */
  readonly waitP50Ms: number;
  readonly waitP90Ms: number;
  readonly waitMaxMs: number;
  /** The same in slot times: at most one is fair. */
  readonly waitP50Slots: number;
  readonly waitP90Slots: number;
  readonly waitMaxSlots: number;
  /** The most requests of the crowded key that got a slot while the one waited, by the log: whatever else the machine does. */
  readonly passedByMax: number;
  /** What it would have waited first come, first served: the median wait of the key that fills the queue, ms. */
  readonly firstComeMs: number;
  readonly rounds: number;
  readonly failed: number;
}

/** One key keeps 200 requests waiting, another asks for one at a time, at any moment: it waits for a slot, not for the 200. */
export async function fairness(args: readonly string[]): Promise<{ rows: FairnessRow[] }> {
  const { values } = parseArgs({ args: [...args], options: { rounds: { type: 'string', default: '40' } } });
  const rows: FairnessRow[] = [];
  for (const slots of [1, 4]) rows.push(await measure(slots, Number(values.rounds)));
  return { rows };
}

async function measure(slots: number, rounds: number): Promise<FairnessRow> {
  const stage = await Stage.start({
    slots,
    variables: { QUEUE_MAX: '512', QUEUE_MAX_PER_KEY: '256', QUEUE_WAIT_MS: '600000' },
  });
  try {
    const url = stage.target('gateway')?.url ?? '';
    const long = gatewayRequest(LONG, false, API_KEY);
    const short = gatewayRequest(SHORT, false, OTHER_KEY);
    const one = await RawClient.open(url);
    const ownMs = await alone(one, short);
    const crowd = new Crowd(url, WAITING + slots, long);
    await crowd.fill();
    const servedFrom = { atMs: performance.now(), served: crowd.served };
    const waits: number[] = [];
    let failed = 0;
    for (let round = 0; round < rounds; round++) {
      await pause(Math.random() * 2 * LONG.tokens * LONG.paceMs);
      const { askedAt, endedAt, status } = await one.ask(short);
      waits.push(Math.max(0, endedAt - askedAt - ownMs));
      if (status !== 200) failed++;
    }
    const elapsedMs = performance.now() - servedFrom.atMs;
    const slotMs = (elapsedMs * slots) / (crowd.served - servedFrom.served);
    const crowded = await crowd.leave();
    one.close();
    await stage.stopGateway();
    const passedByMax = await mostPassedBy(stage.databaseUrl, rounds);
    const wait = quantiles(waits);
    return {
      slots,
      waiting: WAITING,
      slotMs,
      waitP50Ms: wait.p50,
      waitP90Ms: wait.p90,
      waitMaxMs: wait.max,
      waitP50Slots: wait.p50 / slotMs,
      waitP90Slots: wait.p90 / slotMs,
      waitMaxSlots: wait.max / slotMs,
      passedByMax,
      firstComeMs: crowded.p50Ms - slotMs,
      rounds,
      failed: failed + crowded.failed,
    };
  } finally {
    await stage.stop();
  }
}

/** Clients of one key, each of which asks again as soon as it has its answer. */
class Crowd {
  private readonly url: string;
  private readonly size: number;
  private readonly request: Buffer;
  private readonly timesMs: number[] = [];
  private clients: RawClient[] = [];
  private failed = 0;
  private leaving = false;

  constructor(url: string, size: number, request: Buffer) {
    this.url = url;
    this.size = size;
    this.request = request;
  }

  /** Answers so far, the first ones apart. */
  get served(): number {
    return this.timesMs.length;
  }

  /** Resolves when each of them has been served once: the queue has its depth then. */
  async fill(): Promise<void> {
    this.clients = await Promise.all(Array.from({ length: this.size }, () => RawClient.open(this.url)));
    await Promise.all(
      this.clients.map(async (client) => {
        await client.ask(this.request);
        void this.goOn(client);
      }),
    );
  }

  async leave(): Promise<{ p50Ms: number; failed: number }> {
    // A round of them at full depth, however few the other key asked for.
    while (this.timesMs.length < this.size) await pause(100);
    this.leaving = true;
    for (const client of this.clients) client.close();
    return { p50Ms: quantiles(this.timesMs).p50, failed: this.failed };
  }

  private async goOn(client: RawClient): Promise<void> {
    while (!this.leaving) {
      const { askedAt, endedAt, status } = await client.ask(this.request);
      this.timesMs.push(endedAt - askedAt);
      if (status !== 200) this.failed++;
    }
  }
}

const PASSED_BY = `
  SELECT coalesce(max(passed), 0)::integer AS most, count(*)::integer AS waits FROM (
    SELECT count(other.id) AS passed
      FROM request_log one LEFT JOIN request_log other
        ON other.key_name = 'api-key' AND other.slot_from_us < one.slot_from_us
       AND other.slot_from_us > one.slot_from_us - one.queue_ms * 1000
     WHERE one.key_name = 'api-key-alt'
     GROUP BY one.id) waits`;

async function mostPassedBy(databaseUrl: string, rounds: number): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ most: number; waits: number }>(PASSED_BY).finally(() => client.end());
  const [row] = rows;
  if (row === undefined || row.waits < rounds)
    throw new Error('the log does not hold every request of the bench');
  return row.most;
}

/** The median time of an answer while nobody else asks, ms. */
async function alone(client: RawClient, request: Buffer): Promise<number> {
  const timesMs: number[] = [];
  for (let n = 0; n < ALONE; n++) {
    const { askedAt, endedAt } = await client.ask(request);
    timesMs.push(endedAt - askedAt);
  }
  return quantiles(timesMs).p50;
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
