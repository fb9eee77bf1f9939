import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MeterTimeline } from '../../src/energy/meters/meter-timeline';
import { EnergyRig, HOST, NOON_US, SECOND } from './energy-rig';
import { type TestDatabase, TestPostgres } from './postgres';

const J = 1_000_000_000_000n;

let postgres: TestPostgres;
let database: TestDatabase;
let plug: Server;
let plugUrl: string;

beforeAll(async () => {
  postgres = await TestPostgres.start();
  // Its own readings would come in between those that a test puts in.
  plug = createServer((_request, response) => response.writeHead(503).end());
  await new Promise<void>((done) => plug.listen(0, '127.0.0.1', done));
  plugUrl = `http://127.0.0.1:${(plug.address() as AddressInfo).port}`;
}, 60_000);
afterAll(async () => {
  await new Promise((done) => plug.close(done));
  await postgres.stop();
});
beforeEach(async () => {
  database = await postgres.database();
});
afterEach(() => database.dataSource.destroy());

/** A rig whose host has a plug; samples are put into its timeline by hand, second by second. */
async function metered(settings: Record<string, string | number> = {}): Promise<{
  rig: EnergyRig;
  sample: (second: number, joules: bigint) => void;
}> {
  await database.dataSource.query(
    `INSERT INTO meter (id, name, kind, host, settings, calibration, interval_ms, enabled, scope)
     VALUES (gen_random_uuid(), 'plug', 'shelly', $1, $2, 1, 1000, true, 'wall')`,
    [HOST, JSON.stringify({ url: plugUrl })],
  );
  const rig = await EnergyRig.start(database, settings);
  await rig.meters.refresh();
  const { timeline } = rig.meters.current(HOST).meters[0]!;
  const sample = (second: number, joules: bigint) =>
    timeline.add({
      atUs: NOON_US + second * SECOND,
      milliwatts: null,
      counters: [{ part: '', picojoules: joules * J, wrapsAt: null }],
    });
  return { rig, sample };
}

const watch = (
  sample: (second: number, joules: bigint) => void,
  to: number,
  watts: (s: number) => bigint,
) => {
  let joules = 1_000n;
  for (let second = 0; second <= to; second += 1) {
    sample(second, joules);
    joules += watts(second);
  }
};

describe('a measured host', () => {
  it('charges what the plug counted, in request and idle, and sums to the counter', async () => {
    const { rig, sample } = await metered();
    const id = await rig.store({ active: [10, 15] });
    watch(sample, 30, (second) => (second >= 10 && second < 15 ? 123n : 9n));
    await rig.settleAt(30);
    expect(await rig.charge(id)).toMatchObject({
      energy_pj: String(5n * 123n * J),
      quality: 'measured',
      source: 'plug',
      scope: 'wall',
    });
    expect(await rig.books()).toMatchObject({ request: 615n * J, idle: 25n * 9n * J });
    await rig.expectConserved();
  });

  it('waits for the covering sample, and estimates by the constant when it does not come', async () => {
    const { rig, sample } = await metered();
    watch(sample, 12, () => 100n);
    const id = await rig.store({ active: [10, 15] });
    await rig.settleAt(20);
    expect(await rig.quality(id)).toBe('pending');
    await rig.settleAt(26);
    // 2 s metered at 100 W, 3 s at POWER_WATTS.
    expect(await rig.charge(id)).toMatchObject({ quality: 'estimated', energy_pj: String(440n * J) });
    await rig.expectConserved();
  });

  it('gives the idle floor to the marginal view of a metered request', async () => {
    const { rig, sample } = await metered({ IDLE_WATTS: 8 });
    const id = await rig.store({ active: [0, 10] });
    watch(sample, 20, () => 80n);
    await rig.settleAt(20);
    const [row] = await rig.dataSource.query<{ floor_pj: string }[]>(
      `SELECT floor_pj FROM request_energy WHERE id = $1`,
      [id],
    );
    expect(row!.floor_pj).toBe(String(80n * J));
  });
});

describe('MeterTimeline', () => {
  const timeline = () => new MeterTimeline(1, 1_000);
  const counter = (second: number, picojoules: bigint, wrapsAt: bigint | null = null) => ({
    atUs: second * SECOND,
    milliwatts: null,
    counters: [{ part: '', picojoules, wrapsAt }],
  });
  const energies = (meter: MeterTimeline) => meter.steps.map(({ energyPj }) => energyPj);

  it('10: counts across one wrap; a reset and a gap are unknown, never a spike', () => {
    const wrapping = timeline();
    for (const reading of [counter(0, 90n, 100n), counter(1, 5n, 100n), counter(2, 4n, 100n)])
      wrapping.add(reading);
    expect(energies(wrapping)).toEqual([15n]);
    const reset = timeline();
    for (const reading of [
      counter(0, 90n),
      counter(1, 5n),
      counter(2, 7n),
      counter(60, 5_000n),
      counter(61, 5_001n),
    ])
      reset.add(reading);
    expect(energies(reset)).toEqual([2n, 1n]);
    expect(reset.steps.map(({ fromUs }) => fromUs / SECOND)).toEqual([1, 60]);
  });

  it('takes the mean of two powers where there is no counter, and ignores what comes from before', () => {
    const meter = timeline();
    for (const [second, milliwatts] of [
      [0, 80_000],
      [1, 100_000],
      [1, 500_000],
    ] as const)
      meter.add({ atUs: second * SECOND, milliwatts, counters: [] });
    expect(energies(meter)).toEqual([90n * J]);
  });

  it('multiplies by the calibration', () => {
    const meter = new MeterTimeline(1.25, 1_000);
    meter.add(counter(0, 0n));
    meter.add(counter(1, 80n * J));
    expect(energies(meter)).toEqual([100n * J]);
  });
});
