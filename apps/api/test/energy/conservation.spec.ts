import { flatSchedule, sweep, Tariff, totalOf } from '@ollameter/cost-model';
import fc from 'fast-check';
import { EnergyRig, NOON_US, SECOND } from './energy-rig';
import { type TestDatabase, TestPostgres } from './postgres';

let postgres: TestPostgres;
let database: TestDatabase;
let runs = 0;

beforeAll(async () => {
  postgres = await TestPostgres.start();
  database = await postgres.database();
}, 60_000);
afterAll(async () => {
  await database.dataSource.destroy();
  await postgres.stop();
});

/** One request, in ms after noon and then ms after the step before. */
const request = fc.record({
  slotMs: fc.nat(60_000),
  promptMs: fc.nat(3_000),
  firstRecordMs: fc.nat(4_000),
  generateMs: fc.nat(25_000),
  answerMs: fc.nat(500),
  storeMs: fc.nat(8_000),
  leaves: fc.boolean(),
});
const traffic = fc.record({
  requests: fc.array(request, { minLength: 1, maxLength: 10 }),
  settlesMs: fc.array(fc.nat(110_000), { maxLength: 25 }),
  restartsMs: fc.array(fc.nat(100_000), { maxLength: 2 }),
  idleWatts: fc.constantFrom(0, 9),
});

type Traffic = typeof traffic extends fc.Arbitrary<infer T> ? T : never;

interface Lived {
  readonly host: string;
  readonly rig: EnergyRig;
  readonly answered: { readonly id: string; readonly fromUs: number; readonly toUs: number }[];
  readonly interrupted: string[];
}

/** Lives through the traffic second by second: slots, records, spool, rows, settlements and restarts. */
async function live(
  { requests, settlesMs, restartsMs, idleWatts }: Traffic,
  settleMs: number,
): Promise<Lived> {
  const host = `host-${(runs += 1)}:1`;
  const settings = { OLLAMA_URL: `http://${host}`, IDLE_WATTS: idleWatts, ENERGY_SETTLE_MS: settleMs };
  let rig = await EnergyRig.start(database, settings);
  const answered: Lived['answered'] = [];
  const interrupted: string[] = [];
  const events: { ms: number; act: () => Promise<void> | void }[] = [];
  const leaving = new Map<string, () => void>();
  for (const [index, plan] of requests.entries()) {
    const firstMs = plan.slotMs + plan.firstRecordMs;
    const lastMs = firstMs + plan.generateMs;
    const answerMs = lastMs + plan.answerMs;
    const fromMs = Math.max(plan.slotMs, firstMs - plan.promptMs);
    const id = `${rig.idAt(plan.slotMs / 1_000).slice(0, -6)}${String(runs * 100 + index).padStart(6, '0')}`;
    const entry = {
      id,
      host,
      slotFromUs: NOON_US + plan.slotMs * 1_000,
      firstRecordUs: null as number | null,
    };
    events.push(
      { ms: plan.slotMs, act: () => void leaving.set(id, rig.inFlight.enter(entry)) },
      { ms: firstMs, act: () => void (entry.firstRecordUs = NOON_US + firstMs * 1_000) },
      {
        ms: answerMs,
        act: () => {
          if (!leaving.has(id)) return;
          rig.unstored.slotFromUs.set(id, { host, us: entry.slotFromUs });
          leaving.get(id)?.();
          leaving.delete(id);
        },
      },
      {
        ms: answerMs + plan.storeMs,
        act: async () => {
          if (!rig.unstored.slotFromUs.has(id)) return;
          await rig.store({
            id,
            host,
            active: [fromMs / 1_000, lastMs / 1_000],
            outcome: plan.leaves ? 'client_left' : 'completed',
          });
          rig.unstored.slotFromUs.delete(id);
          answered.push({ id, fromUs: NOON_US + fromMs * 1_000, toUs: NOON_US + lastMs * 1_000 });
        },
      },
    );
  }
  for (const ms of settlesMs) events.push({ ms, act: () => rig.settleAt(ms / 1_000) });
  for (const ms of restartsMs)
    events.push({
      ms,
      act: async () => {
        const spooled = [...rig.unstored.slotFromUs];
        rig = await EnergyRig.start(database, { ...settings, at: ms / 1_000 });
        for (const [id, record] of spooled) rig.unstored.slotFromUs.set(id, record);
        for (const id of leaving.keys()) {
          await rig.store({ id, host, outcome: 'interrupted' });
          interrupted.push(id);
        }
        leaving.clear();
      },
    });
  for (const { act } of events.toSorted((a, b) => a.ms - b.ms)) await act();
  await rig.settleAt(200);
  return { host, rig, answered, interrupted };
}

const watts = { fromUs: 0, activeMilliwatts: 80_000, idleMilliwatts: 0 };
const usd = { id: 1, currency: 'USD', schedule: flatSchedule(383_000n), validFromUs: 0 };

describe('a host’s books after random traffic', () => {
  it('are exact, and every charge is what one sweep over all of it gives, within one pJ per cut', async () => {
    await fc.assert(
      fc.asyncProperty(traffic, async (plan) => {
        const { host, rig, answered, interrupted } = await live(plan, 3_600_000);
        await rig.expectConserved(host);
        const whole = sweep({
          fromUs: NOON_US,
          toUs: NOON_US + 200 * SECOND,
          power: [watts],
          tariff: new Tariff([usd]),
          activities: answered,
        });
        const books = await rig.books(host);
        expect(books.request).toBe(whole.meteredPj);
        expect(books.open).toBe(0n);
        if (plan.restartsMs.length === 0) {
          const busyUs = Number(whole.meteredPj / 80_000_000n);
          const idle = BigInt(200 * SECOND - busyUs) * BigInt(plan.idleWatts) * 1_000_000n;
          expect(books.idle).toBe(idle);
        }
        const cuts = BigInt(2 * plan.requests.length + plan.settlesMs.length + 4);
        for (const { id } of answered) {
          const charge = await rig.charge(id);
          const share = whole.shares.get(id);
          const off = BigInt(charge!.energy_pj) - (share === undefined ? 0n : totalOf(share).energyPj);
          expect(off <= cuts && off >= -cuts).toBe(true);
          expect(charge!.quality).toBe('constant');
        }
        for (const id of interrupted) expect(await rig.charge(id)).toBeUndefined();
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  it('are exact where rows could not wait for the running ones, and nobody is left without a charge', async () => {
    await fc.assert(
      fc.asyncProperty(traffic, fc.constantFrom(0, 2_000, 10_000), async (plan, settleMs) => {
        const { host, rig, answered, interrupted } = await live(plan, settleMs);
        await rig.expectConserved(host);
        const books = await rig.books(host);
        expect(books.open).toBe(0n);
        for (const { id } of answered) expect(['constant', 'estimated']).toContain(await rig.quality(id));
        for (const id of interrupted) expect(['pending', 'estimated']).toContain(await rig.quality(id));
      }),
      { numRuns: 25 },
    );
  }, 120_000);
});
