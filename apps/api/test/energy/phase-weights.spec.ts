import { EnergyRig, HOST } from './energy-rig';
import { type TestDatabase, TestPostgres } from './postgres';

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

/** Alone at 80 W: 2 s of prompt for 1,000 tokens, 8 s for 100: 0.16 J and 6.4 J a token. */
async function soloRuns(rig: EnergyRig, count: number): Promise<void> {
  for (let run = 0; run < count; run += 1)
    await rig.store({ active: [run * 20, run * 20 + 10], promptSeconds: 2, tokens: [1_000, 100] });
  await rig.settleAt(count * 20);
}

/** One that reads 4,000 tokens beside one that writes 200, 10 s long. */
async function sideBySide(rig: EnergyRig, at: number): Promise<[number | null, number | null]> {
  const reads = await rig.store({ active: [at, at + 10], promptSeconds: 10, tokens: [4_000, 0] });
  const writes = await rig.store({ active: [at, at + 10], promptSeconds: 0, tokens: [0, 200] });
  await rig.settleAt(at + 20);
  await rig.expectConserved();
  return [await rig.joules(reads), await rig.joules(writes)];
}

it('weighs a prompt’s and a generated token by what they took in requests that ran alone', async () => {
  const rig = await EnergyRig.start(database, { ENERGY_SHARING: 'phases' });
  await soloRuns(rig, 5);
  const weights = await rig.dataSource.query<unknown[]>(`SELECT * FROM phase_weight`);
  expect(weights).toEqual([]);

  const [reads, writes] = await sideBySide(rig, 3_700);
  expect(await rig.dataSource.query(`SELECT * FROM phase_weight`)).toMatchObject([
    { host: HOST, joules_per_prompt_token: 0.16, joules_per_generated_token: 6.4, solo_requests: 5 },
  ]);
  // 4,000 × 0.16 J weigh half of 200 × 6.4 J, though by tokens they would pay twenty times as much.
  expect(reads).toBeCloseTo(800 / 3, 6);
  expect(writes).toBeCloseTo(1_600 / 3, 6);
});

it('shares equally while too few have run alone', async () => {
  const rig = await EnergyRig.start(database, { ENERGY_SHARING: 'phases' });
  await soloRuns(rig, 4);
  expect(await sideBySide(rig, 3_700)).toEqual([400, 400]);
});

it('by tokens, one that reads many pays most', async () => {
  const rig = await EnergyRig.start(database, { ENERGY_SHARING: 'tokens' });
  const [reads, writes] = await sideBySide(rig, 100);
  expect(reads! / writes!).toBeCloseTo(20, 6);
});

it('does not charge a prompt’s tokens from the cache', async () => {
  const rig = await EnergyRig.start(database, { ENERGY_SHARING: 'tokens' });
  const cached = await rig.store({
    active: [0, 10],
    promptSeconds: 10,
    tokens: [4_000, 0],
    cached: 3_900,
  });
  const whole = await rig.store({ active: [0, 10], promptSeconds: 10, tokens: [400, 0] });
  await rig.settleAt(30);
  await rig.expectConserved();
  // 100 that were evaluated beside 400: a fifth of 800 J.
  expect([await rig.joules(cached), await rig.joules(whole)]).toEqual([160, 640]);
});

it('fits the weight of a prompt’s token by those that were evaluated', async () => {
  const rig = await EnergyRig.start(database, { ENERGY_SHARING: 'phases' });
  for (let run = 0; run < 5; run += 1)
    await rig.store({
      active: [run * 20, run * 20 + 10],
      promptSeconds: 2,
      tokens: [1_000, 100],
      cached: 600,
    });
  await rig.settleAt(100);
  await rig.settleAt(3_700);
  // 160 J of prompt for the 400 tokens that were not there yet.
  expect(await rig.dataSource.query(`SELECT * FROM phase_weight`)).toMatchObject([
    { joules_per_prompt_token: 0.4, joules_per_generated_token: 6.4 },
  ]);
});
