import type {
  EnergySeries,
  EnergyStatement,
  MeterList,
  RateSeries,
  TariffItem,
  TariffPreset,
} from '@ollameter/admin-contract';
import { PJ_PER_WH } from '@ollameter/cost-model';
import { API_KEY, GatewayRig } from '../support/gateway-rig';
import { FakeDevice, shellyStatus } from './fake-device';

const DAY_MS = 86_400_000;
/** Real time that a day takes. */
const RUN_MS = 10_000;
const SPEED = DAY_MS / RUN_MS;
const INTERVAL_MS = 60_000;
const KINDS = ['request', 'load', 'idle', 'other'] as const;

const realNow = performance.now.bind(performance);
let startedMs = realNow();
let speed = 1;
let beforeMs = startedMs;

/** The gateway's clock, so many times as fast as the wall's from now on. */
function run(times: number): void {
  beforeMs = performance.now();
  startedMs = realNow();
  speed = times;
}

/** A plug that counts what the machine behind it draws: 9 W, and 61.7 W more for each request that is served. */
class Plug {
  private milliwattHours = 0;
  private readAtMs = performance.now();
  readonly told: number[] = [];

  constructor(private readonly running: () => number) {}

  /** Reads the counter: Wh in steps of a thousandth, as the device tells them. */
  read(): object {
    const nowMs = performance.now();
    const watts = 9 + 61.7 * this.running();
    this.milliwattHours += (watts * (nowMs - this.readAtMs)) / 3_600;
    this.readAtMs = nowMs;
    const total = Math.floor(this.milliwattHours) / 1_000;
    this.told.push(total);
    return shellyStatus(watts, total);
  }

  /** What the counter went up by between its first reading and its last, pJ. */
  get countedPj(): bigint {
    const milliwattHours = Math.round(((this.told.at(-1) ?? 0) - (this.told[0] ?? 0)) * 1_000);
    return (BigInt(milliwattHours) * PJ_PER_WH) / 1_000n;
  }
}

let rig: GatewayRig;
let device: FakeDevice;
let plug: Plug;
let isAway = false;

beforeAll(async () => {
  jest.spyOn(performance, 'now').mockImplementation(() => beforeMs + (realNow() - startedMs) * speed);
  rig = await GatewayRig.start({
    // Before the plug's first reading and after its last one the constant counts nothing. Where the plug is late
    // the constant stands in, below what any load draws: a charge is not taken back when the samples come.
    variables: { POWER_WATTS: '1', IDLE_WATTS: '0', ENERGY_SETTLE_MS: '600000' },
  });
  const running = () =>
    rig.ollama.requests.filter(({ path, endedAt }) => path === '/api/chat' && endedAt === undefined).length;
  plug = new Plug(running);
  // A reading takes a little longer than an interval does at that speed, so the next one follows at once.
  device = await FakeDevice.start(() => ({
    afterMs: 1.2 * (INTERVAL_MS / SPEED),
    ...(isAway ? { status: 503, body: '' } : { body: plug.read() }),
  }));
}, 60_000);
afterAll(async () => {
  jest.restoreAllMocks();
  await rig.stop();
  await device.stop();
});

const send = async <T>(method: string, path: string, body?: object): Promise<T> => {
  const answer = await rig.admin(path, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as T;
};
const nowMs = () => performance.timeOrigin + performance.now();
const sum = (values: Iterable<bigint>) => [...values].reduce((total, value) => total + value, 0n);
const until = async <T>(question: () => Promise<T | undefined>, what: string) =>
  rig.eventually(question, what, 30_000);

/** One client that asks, reads the answer, and now and then leaves in the middle of it or rests. */
async function client(seed: number, isOver: () => boolean): Promise<number> {
  let asked = 0;
  while (!isOver()) {
    const leaves = (asked + seed) % 5 === 4;
    const abort = new AbortController();
    const answer = await fetch(`${rig.gatewayUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'llama3.1:8b',
        stream: true,
        messages: [{ role: 'user', content: `Question ${seed}.${asked}` }],
      }),
      signal: abort.signal,
    });
    expect(answer.status).toBe(200);
    if (leaves) abort.abort();
    else await answer.text();
    asked += 1;
    await new Promise((done) => setTimeout(done, 20 * ((asked * 7 + seed * 3) % 11)));
  }
  return asked;
}

it('a day through the gateway: the statement’s total is what the plug counted, to the unit', async () => {
  const host = new URL(rig.ollama.url).host;
  const presets = await send<TariffPreset[]>('GET', '/api/tariffs/presets');
  const { plan, name, currency } = presets.find(({ key }) => key === 'sdge-ev-tou-5')!;
  const tariff = await send<TariffItem>('POST', '/api/tariffs', { plan, name, currency });
  const fromMs = nowMs();
  run(SPEED);
  await send('POST', '/api/meters', {
    name: 'plug',
    kind: 'shelly',
    host,
    settings: { url: device.url },
    intervalMs: INTERVAL_MS,
  });
  await until(async () => {
    const { items } = await send<MeterList>('GET', '/api/meters');
    return items.some(({ id, lastReading }) => !id.startsWith('env') && lastReading !== null) || undefined;
  }, 'the first reading');

  const isOver = () => nowMs() >= fromMs + DAY_MS;
  // Twice the plug drops out of the network for a while; it goes on counting.
  const outage = async (hour: number, hours: number) => {
    const within = (at: number) =>
      until(() => Promise.resolve(nowMs() >= fromMs + at * 3_600_000 || undefined), `hour ${at}`);
    await within(hour);
    isAway = true;
    await within(hour + hours);
    isAway = false;
  };
  const [asked] = await Promise.all([
    Promise.all([1, 2, 3, 4, 5].map((seed) => client(seed, isOver))),
    outage(7, 2).then(() => outage(16, 1)),
  ]);
  const { length } = plug.told;
  await until(
    () => Promise.resolve(plug.told.length > length + 2 || undefined),
    'readings after the last request',
  );
  isAway = true;
  const lastUs = nowMs() * 1_000;
  await until(async () => {
    const [row] = await rig.database.dataSource.query<{ settled: string }[]>(
      `SELECT settled_to_us AS settled FROM energy_frontier WHERE host = $1`,
      [host],
    );
    return Number(row!.settled) > lastUs || undefined;
  }, 'the last reading to be settled');
  run(1);

  const span = `from=${new Date(fromMs - DAY_MS).toISOString()}&to=${new Date(fromMs + 3 * DAY_MS).toISOString()}`;
  const statement = await send<EnergyStatement>('GET', `/api/energy/statement?${span}`);
  expect(BigInt(statement.total.energyPj)).toBe(plug.countedPj);
  expect(sum(KINDS.map((kind) => BigInt(statement.byKind[kind].energyPj)))).toBe(plug.countedPj);
  expect(sum(statement.lines.map(({ energyPj }) => BigInt(energyPj)))).toBe(
    BigInt(statement.byKind.request.energyPj),
  );

  // Every quarter hour was priced at its rate, and the rows are what their keys are charged.
  const { items } = await send<EnergySeries>('GET', `/api/energy/series?${span}&bucket=15m`);
  const rates = (await send<RateSeries>('GET', `/api/tariffs/${tariff.id}/rates?${span}`)).items;
  const rateAt = (at: string) =>
    BigInt(rates.find(({ to }) => Date.parse(at) < Date.parse(to))!.rateMicrosPerKwh);
  const priced = items.map(({ at, total }) => BigInt(total.energyPj) * rateAt(at));
  expect(sum(priced)).toBe(BigInt(statement.total.costNumerator));
  expect(
    new Set(items.filter(({ total }) => total.energyPj !== '0').map(({ at }) => rateAt(at))).size,
  ).toBeGreaterThan(1);
  const [rows] = await rig.database.dataSource.query<{ count: string; energy: string }[]>(
    `SELECT count(*), sum(energy_pj)::text AS energy FROM request_energy WHERE energy_pj > 0`,
  );
  expect(BigInt(rows!.energy)).toBe(BigInt(statement.byKind.request.energyPj));
  expect(Number(rows!.count)).toBeGreaterThan(0.5 * asked.reduce((all, each) => all + each, 0));
  // A day of 9 W alone are 216 Wh.
  expect(statement.total.energyWh).toBeGreaterThan(216);
}, 90_000);
