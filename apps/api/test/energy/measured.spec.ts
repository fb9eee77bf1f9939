import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
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

const SECOND_HOST = '127.0.0.2:11434';

interface Plug {
  name?: string;
  host?: string;
  kind?: string;
  scope?: string;
  settings?: object;
  intervalMs?: number;
}

async function addMeter({
  name = 'plug',
  host = HOST,
  kind = 'shelly',
  scope = 'wall',
  ...more
}: Plug = {}): Promise<void> {
  await database.dataSource.query(
    `INSERT INTO meter (id, name, kind, host, settings, calibration, interval_ms, enabled, scope)
     VALUES (gen_random_uuid(), $1, $2, $3, $4, 1, $5, true, $6)`,
    [name, kind, host, JSON.stringify(more.settings ?? { url: plugUrl }), more.intervalMs ?? 1_000, scope],
  );
}

type Sample = (second: number, joules: bigint) => void;

/** Puts a sample into the timeline of a host's meter by hand. */
function sampler(rig: EnergyRig, host = HOST, index = 0): Sample {
  const { timeline } = rig.meters.current(host).meters[index]!;
  return (second, joules) => {
    timeline.add({
      atUs: NOON_US + second * SECOND,
      milliwatts: null,
      counters: [{ part: '', picojoules: joules * J, wrapsAt: null }],
    });
  };
}

/** A rig whose host has a plug; samples are put into its timeline by hand, second by second. */
async function metered(
  settings: Record<string, string | number> = {},
  meter: Plug = {},
): Promise<{ rig: EnergyRig; sample: Sample }> {
  await addMeter(meter);
  const rig = await EnergyRig.start(database, settings);
  await rig.meters.refresh();
  return { rig, sample: sampler(rig) };
}

/** Joules of the ledger's lines of a kind. */
async function ledger(rig: EnergyRig, kind: string, host = HOST): Promise<number> {
  const picojoules = await rig.sum(`SELECT sum(energy_pj) FROM energy_ledger WHERE host = $1 AND kind = $2`, [
    host,
    kind,
  ]);
  return Number(picojoules) / 1e12;
}

/** Joules of all that a host's ledger holds. */
async function booked(rig: EnergyRig, host = HOST): Promise<number> {
  const kinds = await Promise.all(
    ['request', 'load', 'idle', 'other'].map((kind) => ledger(rig, kind, host)),
  );
  return kinds.reduce((sum, joules) => sum + joules, 0);
}

const watch = (sample: Sample, to: number, watts: (s: number) => bigint) => {
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

describe('late samples', () => {
  it('go to other: the charge stays, and the ledger sums to the counter', async () => {
    const { rig, sample } = await metered({ POWER_WATTS: 80, IDLE_WATTS: 10 });
    watch(sample, 5, () => 100n);
    const id = await rig.store({ active: [3, 8] });
    await rig.settleAt(30);
    // 2 s of 100 W, then 3 s of the constant.
    expect(await rig.charge(id)).toMatchObject({ quality: 'estimated', energy_pj: String(440n * J) });
    // The plug was away; its counter knows what was drawn meanwhile.
    sample(40, 1_500n + 35n * 120n);
    sample(41, 1_500n + 36n * 120n);
    await rig.settleAt(60);
    expect(await rig.joules(id)).toBe(440);
    const other = await ledger(rig, 'other');
    expect(other).toBe(35 * 120 - (3 * 80 + 32 * 10));
    const idleAfterLastSample = (50 - 41) * 10;
    expect(await booked(rig)).toBe(5 * 100 + 36 * 120 + idleAfterLastSample);
    await rig.expectConserved();
  });

  it('may say that the constant was too much: other is negative, the sum the counter’s', async () => {
    const { rig, sample } = await metered({ POWER_WATTS: 80, IDLE_WATTS: 10 });
    watch(sample, 5, () => 2n);
    await rig.settleAt(40);
    sample(60, 1_010n + 55n * 2n);
    await rig.settleAt(70);
    expect(await ledger(rig, 'other')).toBe(-55 * 8);
    expect(await booked(rig)).toBe(60 * 2);
  });

  it('of a meter that is read more rarely than ENERGY_SETTLE_MS are split between what is settled and what is not', async () => {
    const { rig, sample } = await metered(
      { POWER_WATTS: 80, ENERGY_SETTLE_MS: 10_000 },
      { intervalMs: 60_000 },
    );
    sample(0, 0n);
    const id = await rig.store({ active: [10, 20] });
    await rig.settleAt(40);
    expect(await rig.charge(id)).toMatchObject({ quality: 'estimated', energy_pj: String(800n * J) });
    sample(60, 6_000n);
    await rig.settleAt(65);
    expect(await ledger(rig, 'other')).toBe(30 * 100 - 800);
    expect(await booked(rig)).toBe(6_000);
    await rig.expectConserved();
  });

  it('of a reset stay unknown: the estimate is what there is', async () => {
    const { rig, sample } = await metered({ POWER_WATTS: 80, IDLE_WATTS: 10 });
    watch(sample, 5, () => 100n);
    await rig.settleAt(40);
    sample(41, 3n);
    sample(42, 103n);
    await rig.settleAt(60);
    expect(await ledger(rig, 'other')).toBe(0);
    expect(await booked(rig)).toBe(5 * 100 + (41 - 5) * 10 + 100 + (50 - 42) * 10);
  });
});

describe('two hosts', () => {
  it('one with a plug and one by the constant, each keep their own books', async () => {
    const rig = await (async () => {
      await addMeter();
      return EnergyRig.start(database, {
        OLLAMA_URLS: `http://${HOST},http://${SECOND_HOST}`,
        OLLAMA_URL: '',
      });
    })();
    await rig.meters.refresh();
    watch(sampler(rig), 30, () => 123n);
    const onPlug = await rig.store({ active: [10, 15] });
    const constant = await rig.store({ active: [10, 15], host: SECOND_HOST });
    await rig.settleAt(30);
    expect(await rig.charge(onPlug)).toMatchObject({
      quality: 'measured',
      source: 'plug',
      energy_pj: String(615n * J),
    });
    expect(await rig.charge(constant)).toMatchObject({
      quality: 'constant',
      source: 'constant',
      scope: 'constant',
      energy_pj: String(400n * J),
    });
    for (const host of [HOST, SECOND_HOST]) await rig.expectConserved(host);
    expect([await booked(rig), await booked(rig, SECOND_HOST)]).toEqual([30 * 123, 400]);
  });
});

describe('a GPU’s and a CPU’s meter', () => {
  it('are added, and charged where both know', async () => {
    await addMeter({ name: 'gpu', kind: 'home_assistant', scope: 'gpu' });
    await addMeter({ name: 'cpu', kind: 'home_assistant', scope: 'cpu' });
    const rig = await EnergyRig.start(database);
    await rig.meters.refresh();
    watch(sampler(rig, HOST, 0), 20, () => 100n);
    // Out of step with the other by half a second.
    const cpu = sampler(rig, HOST, 1);
    for (let turn = 0; turn <= 20; turn += 1) cpu(turn + 0.5, BigInt(turn * 40));
    const id = await rig.store({ active: [10, 15] });
    await rig.settleAt(20);
    expect(await rig.charge(id)).toMatchObject({
      quality: 'measured',
      source: 'gpu + cpu',
      scope: 'gpu',
      energy_pj: String(700n * J),
    });
    await rig.expectConserved();
  });

  it('never count beside a plug, whatever the table says', async () => {
    await addMeter({ name: 'gpu', kind: 'home_assistant', scope: 'gpu' });
    await addMeter({ name: 'plug' });
    const rig = await EnergyRig.start(database);
    await rig.meters.refresh();
    expect(rig.meters.current(HOST).meters.map(({ record }) => record.name)).toEqual(['plug']);
  });
});

describe('a meter that is changed while a request runs', () => {
  const changeAt = async (rig: EnergyRig, second: number, query: string) => {
    await database.dataSource.query(query);
    rig.clock.us = NOON_US + second * SECOND;
    await rig.meters.refresh();
  };

  it('charges the time before by the old one and the time after by the new one', async () => {
    const { rig, sample } = await metered({ POWER_WATTS: 80 });
    watch(sample, 12, () => 100n);
    await changeAt(rig, 12, `UPDATE meter SET calibration = 2, updated_at = clock_timestamp()`);
    const id = await rig.store({ active: [10, 15] });
    const after = sampler(rig);
    for (let second = 12; second <= 20; second += 1) after(second, BigInt(second * 100));
    await rig.settleAt(20);
    // 2 s of 100 W as told, 3 s of 100 W doubled.
    expect(await rig.charge(id)).toMatchObject({ quality: 'measured', energy_pj: String(800n * J) });
    await rig.expectConserved();
    expect(await booked(rig)).toBe(12 * 100 + 8 * 200);
  });

  it('goes on by the constant when it is deleted, and says that the charge is not all measured', async () => {
    const { rig, sample } = await metered({ POWER_WATTS: 80 });
    watch(sample, 12, () => 100n);
    await changeAt(rig, 12, `DELETE FROM meter`);
    const [crossing, before, after] = [
      await rig.store({ active: [10, 15] }),
      await rig.store({ active: [5, 8] }),
      await rig.store({ active: [16, 17] }),
    ];
    await rig.settleAt(20);
    expect(await rig.charge(crossing)).toMatchObject({ quality: 'estimated', energy_pj: String(440n * J) });
    expect(await rig.charge(before)).toMatchObject({ quality: 'measured', source: 'plug' });
    expect(await rig.charge(after)).toMatchObject({ quality: 'constant', energy_pj: String(80n * J) });
    await rig.expectConserved();
  });

  it('keeps its readings when only its name changes', async () => {
    const { rig, sample } = await metered();
    watch(sample, 12, () => 100n);
    await changeAt(rig, 12, `UPDATE meter SET name = 'desk', updated_at = clock_timestamp()`);
    const id = await rig.store({ active: [5, 8] });
    await rig.settleAt(12);
    expect(await rig.charge(id)).toMatchObject({ quality: 'measured', source: 'desk' });
  });
});
