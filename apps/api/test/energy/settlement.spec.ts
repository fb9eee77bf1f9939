import { toCost } from '@ollameter/cost-model';
import { EnergyRig, HOST, NOON_US, SECOND } from './energy-rig';
import { type TestDatabase, TestPostgres } from './postgres';

const J = 1_000_000_000_000n;

let postgres: TestPostgres;
let database: TestDatabase;

beforeAll(async () => {
  postgres = await TestPostgres.start();
}, 60_000);
afterAll(() => postgres.stop());
beforeEach(async () => {
  database = await postgres.database();
});
afterEach(() => database.dataSource.destroy());

describe('what a request is charged', () => {
  it('charges the seed case: 80 W, 5 s, $0.383 are 400 J and $0.000042555556, in row, ledger and rollup', async () => {
    const rig = await EnergyRig.start(database);
    const id = await rig.store({ active: [10, 15], acceptedAt: 8 });
    await rig.settleAt(16);

    const charge = await rig.charge(id);
    expect(charge).toMatchObject({
      host: HOST,
      energy_pj: String(400n * J),
      currency: 'USD',
      quality: 'constant',
      source: 'constant',
      scope: 'constant',
      concurrency: 1,
    });
    expect(toCost(BigInt(charge!.cost_numerator!))).toBe('0.000042555556');
    const rollup: unknown = await rig.dataSource.query(`SELECT * FROM usage_rollup`);
    expect(rollup).toMatchObject([
      {
        bucket_at: new Date(NOON_US / 1_000),
        key_id: '00000000-0000-0000-0000-000000000000',
        model: 'llama3.1:8b',
        endpoint: '/v1/chat/completions',
        outcome: 'completed',
        host: HOST,
        currency: 'USD',
        requests: '0',
        energy_pj: String(400n * J),
        cost_numerator: charge!.cost_numerator,
      },
    ]);
    const ledger: unknown = await rig.dataSource.query(`SELECT * FROM energy_ledger`);
    expect(ledger).toEqual([
      {
        bucket_at: new Date(NOON_US / 1_000),
        host: HOST,
        kind: 'request',
        currency: 'USD',
        energy_pj: String(400n * J),
        cost_numerator: charge!.cost_numerator,
        floor_pj: '0',
        floor_cost_numerator: '0',
      },
    ]);
  });

  it('charges four at once 100 J each, and not four machines', async () => {
    const rig = await EnergyRig.start(database);
    const ids: string[] = [];
    while (ids.length < 4) ids.push(await rig.store({ active: [10, 15] }));
    await rig.settleAt(16);
    for (const id of ids)
      expect(await rig.charge(id)).toMatchObject({ energy_pj: String(100n * J), concurrency: 4 });
    expect((await rig.books()).request).toBe(400n * J);
    await rig.expectConserved();
  });

  it('charges a client that left for the time it took, and a request that only waited for nothing', async () => {
    const rig = await EnergyRig.start(database);
    const left = await rig.store({ active: [10, 12], outcome: 'client_left' });
    const rejected = await rig.store({ acceptedAt: 11, outcome: 'rejected', model: null });
    await rig.settleAt(16);
    expect(await rig.joules(left)).toBe(160);
    expect(await rig.charge(rejected)).toBeUndefined();
    await rig.expectConserved();
  });

  it('adds what two settlements charge to one rollup row', async () => {
    const rig = await EnergyRig.start(database);
    await rig.store({ active: [10, 15] });
    await rig.settleAt(16);
    await rig.store({ active: [20, 25] });
    await rig.settleAt(26);
    const rollup: unknown = await rig.dataSource.query(`SELECT energy_pj FROM usage_rollup`);
    expect(rollup).toEqual([{ energy_pj: String(800n * J) }]);
  });

  it('settles each host by itself, the demo host too', async () => {
    const rig = await EnergyRig.start(database, { OLLAMA_URLS: `http://${HOST},http://other:11434` });
    const here = await rig.store({ active: [10, 15] });
    const there = await rig.store({ active: [10, 15], host: 'other:11434' });
    await rig.settleAt(16);
    expect([await rig.joules(here), await rig.joules(there)]).toEqual([400, 400]);
    await rig.expectConserved('other:11434');
  });

  it('charges idle watts for the time in which nobody was active', async () => {
    const rig = await EnergyRig.start(database, { IDLE_WATTS: '9' });
    await rig.store({ active: [10, 15] });
    await rig.settleAt(20);
    expect(await rig.books()).toMatchObject({ request: 400n * J, idle: 15n * 9n * J });
    await rig.settleAt(31);
    expect((await rig.books()).idle).toBe(26n * 9n * J);
  });

  it('writes no idle line where IDLE_WATTS is 0', async () => {
    const rig = await EnergyRig.start(database);
    await rig.store({ active: [10, 15] });
    await rig.settleAt(3_600);
    const kinds: unknown = await rig.dataSource.query(`SELECT DISTINCT kind FROM energy_ledger`);
    expect(kinds).toEqual([{ kind: 'request' }]);
  });

  it('splits activity around midnight UTC of a month turn and makes the new month', async () => {
    const rig = await EnergyRig.start(database);
    const monthTurn = (Date.UTC(2026, 11, 1) * 1_000 - NOON_US) / SECOND;
    const before = await rig.store({ active: [monthTurn - 5, monthTurn + 5] });
    const after = await rig.store({ active: [monthTurn + 5, monthTurn + 10] });
    await rig.settleAt(monthTurn + 60);
    expect([await rig.joules(before), await rig.joules(after)]).toEqual([800, 400]);
    const months: unknown = await rig.dataSource.query(
      `SELECT inhrelid::regclass::text AS month FROM pg_inherits WHERE inhparent = 'request_energy'::regclass ORDER BY 1`,
    );
    expect(months).toEqual([{ month: 'request_energy_y2026m11' }, { month: 'request_energy_y2026m12' }]);
  });
});

describe('whose time may still be claimed', () => {
  it('waits for a running request, and then shares exactly', async () => {
    const rig = await EnergyRig.start(database);
    const long = rig.idAt(8);
    const leave = rig.run(long, 8, 9);
    const short = await rig.store({ active: [10, 12] });
    await rig.settleAt(14);
    expect(await rig.quality(short)).toBe('pending');

    await rig.store({ id: long, active: [8, 14] });
    leave();
    await rig.settleAt(15);
    expect([await rig.joules(short), await rig.joules(long)]).toEqual([80, 400]);
    expect([await rig.quality(short), await rig.quality(long)]).toEqual(['constant', 'constant']);
    await rig.expectConserved();
  });

  it('keeps the part of a stored row that reaches into time a running request may claim, and stays exact', async () => {
    const rig = await EnergyRig.start(database);
    const next = rig.idAt(12);
    const leave = rig.run(next, 12);
    const early = await rig.store({ active: [10, 14] });
    const first = await rig.store({ active: [9, 11] });
    await rig.settleAt(15);
    expect([await rig.joules(first), await rig.joules(early)]).toEqual([120, null]);
    expect((await rig.books()).open).toBe(120n * J);
    await rig.expectConserved();

    await rig.store({ id: next, active: [13, 16] });
    leave();
    await rig.settleAt(17);
    expect([await rig.joules(early), await rig.joules(next)]).toEqual([240, 200]);
    expect(await rig.charge(early)).toMatchObject({ quality: 'constant', concurrency: 1.5 });
    await rig.expectConserved();
  });

  it('waits for a record that is accepted but not yet a row, however long the database was away', async () => {
    const rig = await EnergyRig.start(database);
    rig.unstored.slotFromUs.set('spooled', { host: HOST, us: NOON_US + 9 * SECOND });
    const short = await rig.store({ active: [10, 12] });
    await rig.settleAt(600);
    expect(await rig.quality(short)).toBe('pending');

    const spooled = await rig.store({ active: [10, 14] });
    rig.unstored.slotFromUs.clear();
    await rig.settleAt(601);
    expect([await rig.joules(short), await rig.joules(spooled)]).toEqual([80, 240]);
    expect(await rig.quality(spooled)).toBe('constant');
    await rig.expectConserved();
  });

  it('waits for what another replica runs or has not stored, and until it has told', async () => {
    const rig = await EnergyRig.start(database);
    const elsewhere = rig.idAt(8);
    const tell = (toldTo: number, running: boolean, unstoredFrom: number | null) => {
      rig.others.told = {
        running: running
          ? [{ id: elsewhere, host: HOST, slotFromUs: NOON_US + 8 * SECOND, firstRecordUs: null }]
          : [],
        unstoredFromUs: unstoredFrom === null ? null : NOON_US + unstoredFrom * SECOND,
        toldToUs: NOON_US + toldTo * SECOND,
      };
    };
    tell(13, true, null);
    const short = await rig.store({ active: [10, 12] });
    await rig.settleAt(14);
    expect(await rig.quality(short)).toBe('pending');
    tell(15, false, 8);
    await rig.settleAt(15);
    expect(await rig.quality(short)).toBe('pending');

    await rig.store({ id: elsewhere, active: [8, 14] });
    tell(11, false, null);
    await rig.settleAt(16);
    expect(await rig.quality(short)).toBe('pending');
    tell(16, false, null);
    await rig.settleAt(16);
    expect([await rig.joules(short), await rig.joules(elsewhere)]).toEqual([80, 400]);
    expect([await rig.quality(short), await rig.quality(elsewhere)]).toEqual(['constant', 'constant']);
    await rig.expectConserved();
  });

  it('does not wait for hosts other than the row’s own', async () => {
    const rig = await EnergyRig.start(database, { OLLAMA_URLS: `http://${HOST},http://other:11434` });
    rig.run(rig.idAt(1), 1, 2, 'other:11434');
    const row = await rig.store({ active: [10, 12] });
    await rig.settleAt(13);
    expect(await rig.quality(row)).toBe('constant');
  });
});

describe('a row that has waited ENERGY_SETTLE_MS', () => {
  it('is settled, estimated, with running requests active from their first record', async () => {
    const rig = await EnergyRig.start(database);
    const long = rig.idAt(8);
    const leave = rig.run(long, 8, 11);
    const short = await rig.store({ active: [10, 12] });
    await rig.settleAt(21.9);
    expect(await rig.quality(short)).toBe('pending');
    await rig.settleAt(22);
    expect(await rig.charge(short)).toMatchObject({ quality: 'estimated', energy_pj: String(120n * J) });
    expect((await rig.books()).open).toBe(40n * J);
    await rig.expectConserved();

    await rig.store({ id: long, active: [9, 40] });
    leave();
    await rig.settleAt(41);
    // 9–11 was closed before its prompt time was known; 11–12 was shared, 12–40 is its own.
    expect(await rig.charge(long)).toMatchObject({
      quality: 'estimated',
      energy_pj: String((40n + 28n * 80n) * J),
    });
    expect((await rig.books()).open).toBe(0n);
    await rig.expectConserved();
  });

  it('leaves an estimate on all that shared the time, though they end in time that is certain', async () => {
    const rig = await EnergyRig.start(database);
    const long = rig.idAt(8);
    const leave = rig.run(long, 8, 9);
    await rig.store({ active: [10, 12] });
    const reaching = await rig.store({ active: [11, 15] });
    await rig.settleAt(22);
    await rig.store({ id: long, active: [9, 23] });
    leave();
    await rig.settleAt(24);
    expect(await rig.charge(reaching)).toMatchObject({ quality: 'estimated', concurrency: 2.25 });
    expect(await rig.quality(long)).toBe('estimated');
    await rig.expectConserved();
  });

  it('does not make a lone long request an estimate', async () => {
    const rig = await EnergyRig.start(database);
    const long = rig.idAt(0);
    const leave = rig.run(long, 0, 30);
    for (const second of [10, 60, 119]) await rig.settleAt(second);
    await rig.store({ id: long, active: [0, 120] });
    leave();
    await rig.settleAt(121);
    expect(await rig.charge(long)).toMatchObject({ quality: 'constant', energy_pj: String(9_600n * J) });
  });

  it('takes no more of the time than the waiting row needs', async () => {
    const rig = await EnergyRig.start(database);
    rig.run(rig.idAt(8), 8, 9);
    await rig.store({ active: [10, 12] });
    await rig.settleAt(500);
    const [frontier] = await rig.dataSource.query<{ settled_to_us: string }[]>(
      `SELECT * FROM energy_frontier`,
    );
    expect(Number(frontier?.settled_to_us)).toBe(NOON_US + 12 * SECOND);
  });

  it('gives an interrupted request what it was charged while it ran', async () => {
    const first = await EnergyRig.start(database);
    const lost = first.idAt(8);
    first.run(lost, 8, 9);
    await first.store({ active: [10, 12] });
    await first.settleAt(30);
    expect((await first.books()).open).toBe(2n * 80n * J);

    const second = await EnergyRig.start(database, { at: 60 });
    await second.store({ id: lost, acceptedAt: 8, outcome: 'interrupted' });
    await second.settleAt(61);
    expect(await second.charge(lost)).toMatchObject({ quality: 'estimated', energy_pj: String(160n * J) });
    await second.expectConserved();
  });
});

describe('starts, stops and crashes', () => {
  it('settles the rows of the last run in their own time and meters no idling while nobody watched', async () => {
    const first = await EnergyRig.start(database, { IDLE_WATTS: '9' });
    await first.settleAt(10);
    const row = await first.store({ active: [15, 20] });

    const second = await EnergyRig.start(database, { IDLE_WATTS: '9', at: 7_200 });
    await second.settleAt(7_210);
    expect(await second.joules(row)).toBe(400);
    expect((await second.books()).idle).toBe((10n + 10n) * 9n * J);
    await second.expectConserved();
  });

  it('charges once what is stored, settled and replayed again', async () => {
    const rig = await EnergyRig.start(database);
    const rows = [{ active: [10, 15] as const }, { active: [12, 20] as const }];
    const ids = [];
    for (const row of rows) ids.push(await rig.store(row));
    await rig.settleAt(21);
    const before = await rig.books();

    const again = await EnergyRig.start(database, { at: 30 });
    for (const [index, row] of rows.entries()) await again.store({ ...row, id: ids[index] });
    await again.settleAt(31);
    await again.settleAt(95);
    expect(await again.books()).toEqual(before);
  });

  it('leaves nothing half-written when its session dies in the middle, and settles it all the next time', async () => {
    const rig = await EnergyRig.start(database);
    const id = await rig.store({ active: [10, 15] });
    const blocker = database.dataSource.createQueryRunner();
    await blocker.startTransaction();
    await blocker.query(`LOCK TABLE energy_ledger IN EXCLUSIVE MODE`);
    const crashed = expect(rig.settleAt(16)).rejects.toThrow(/terminat/);
    const stuck = `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%energy_ledger%'
                     AND datname = current_database() AND pid <> pg_backend_pid()`;
    let pids: { pid: number }[] = [];
    while (pids.length === 0) pids = await rig.dataSource.query<{ pid: number }[]>(stuck);
    await blocker.query(`SELECT pg_terminate_backend($1)`, [pids[0]!.pid]);
    await crashed;
    await blocker.rollbackTransaction();
    await blocker.release();

    expect(await rig.books()).toEqual({ request: 0n, idle: 0n, charged: 0n, open: 0n, rollup: 0n });
    await rig.settleAt(17);
    expect(await rig.joules(id)).toBe(400);
    await rig.expectConserved();
  });

  it('charges once when two settlers run at the same time', async () => {
    const [one, two] = [await EnergyRig.start(database), await EnergyRig.start(database)];
    for (let second = 0; second < 50; second += 1) await one.store({ active: [second, second + 3] });
    await Promise.all([one.settleAt(60), two.settleAt(60)]);
    expect((await one.books()).request).toBe(52n * 80n * J);
    await one.expectConserved();
  });

  it('charges nothing for time that was closed before the row was known, and says so', async () => {
    const rig = await EnergyRig.start(database);
    await rig.store({ active: [10, 20] });
    await rig.settleAt(21);
    const inside = await rig.store({ active: [12, 14] });
    const across = await rig.store({ active: [18, 30] });
    await rig.settleAt(90);
    expect(await rig.charge(inside)).toMatchObject({
      energy_pj: '0',
      cost_numerator: '0',
      quality: 'estimated',
    });
    expect(await rig.charge(across)).toMatchObject({ energy_pj: String(9n * 80n * J), quality: 'estimated' });
    await rig.expectConserved();
  });

  it('goes on when the clock was set back between two starts', async () => {
    const first = await EnergyRig.start(database);
    await first.store({ active: [3_600, 3_605] });
    await first.settleAt(3_610);

    const second = await EnergyRig.start(database, { at: 60 });
    const row = await second.store({ active: [70, 75] });
    await second.settleAt(76);
    expect(await second.joules(row)).toBe(400);
    await second.expectConserved();
  });

  it('works off a backlog in batches', async () => {
    const rig = await EnergyRig.start(database);
    await rig.store({ active: [0, 1] });
    await rig.dataSource.query(
      `INSERT INTO request_log (id, at, host, endpoint, streamed, status, outcome, duration_ms,
                                slot_from_us, active_from_us, active_to_us)
       SELECT (substr(hex, 1, 8) || '-' || substr(hex, 9, 4) || '-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid,
              to_timestamp($1::bigint / 1e6), $2, '/v1/chat/completions', true, 200, 'completed', 1, f, f, f + 10000000
         FROM (SELECT n, $1::bigint + n * 1000000::bigint AS f,
                      lpad(to_hex($1::bigint / 1000 + n * 1000::bigint), 12, '0') AS hex FROM generate_series(1, 12000) AS n)`,
      [NOON_US, HOST],
    );
    await rig.settleAt(13_000);
    expect((await rig.books()).request).toBe(12_010n * 80n * J);
    expect(await rig.sum(`SELECT count(*) AS sum FROM request_energy WHERE quality = 'constant'`)).toBe(
      12_001n,
    );
    expect(await rig.sum(`SELECT count(*) AS sum FROM energy_open`)).toBe(0n);
    await rig.expectConserved();
  });
});

describe('tariff versions', () => {
  it('opens one only where rate or currency changed, and prices earlier activity at the earlier rate', async () => {
    const first = await EnergyRig.start(database);
    const before = await first.store({ active: [10, 15] });
    await EnergyRig.start(database, { at: 50 });
    const third = await EnergyRig.start(database, { at: 100, ELECTRICITY_RATE: '0.5' });
    const after = await third.store({ active: [110, 115] });
    await third.settleAt(120);
    const { tariff } = third.tariffs;
    expect(tariff.versions).toMatchObject([
      { id: 1, currency: 'USD', validFromUs: 0 },
      { id: 2, currency: 'USD', validFromUs: NOON_US + 100 * SECOND },
    ]);
    expect(tariff.versions.map((version) => tariff.at(version.validFromUs).rateMicrosPerKwh)).toEqual([
      383_000n,
      500_000n,
    ]);
    const shown = [await third.charge(before), await third.charge(after)].map((charge) => [
      charge!.tariff_version_id,
      toCost(BigInt(charge!.cost_numerator!)),
    ]);
    expect(shown).toEqual([
      [1, '0.000042555556'],
      [2, '0.000055555556'],
    ]);
    await third.expectConserved();
  });

  it('keeps currencies apart', async () => {
    await EnergyRig.start(database);
    const rig = await EnergyRig.start(database, { at: 100, CURRENCY: 'EUR', ELECTRICITY_RATE: '-0.1' });
    const usd = await rig.store({ active: [10, 15] });
    const eur = await rig.store({ active: [110, 115] });
    const both = await rig.store({ active: [99, 101] });
    await rig.settleAt(120);
    expect(await rig.charge(usd)).toMatchObject({
      currency: 'USD',
      cost_numerator: String(400n * J * 383_000n),
    });
    expect(await rig.charge(eur)).toMatchObject({
      currency: 'EUR',
      cost_numerator: String(-400n * J * 100_000n),
    });
    expect(await rig.charge(both)).toMatchObject({
      currency: 'EUR',
      cost_numerator: null,
      energy_pj: String(160n * J),
    });
  });
});
