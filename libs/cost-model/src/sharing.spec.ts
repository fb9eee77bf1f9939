import fc from 'fast-check';
import type { Activity } from './activity';
import { PJ_PER_JOULE } from './energy';
import { BUCKET_US } from './ledger';
import { flatSchedule } from './rate-schedule';
import type { Sharing } from './request-weight';
import { totalOf } from './share';
import { sweep, type Sweep } from './sweep';
import { Tariff } from './tariff';

const SECOND = 1_000_000;
const HOUR = 4 * BUCKET_US;
const tariff = new Tariff([{ id: 1, currency: 'USD', validFromUs: 0, schedule: flatSchedule(383_000n) }]);

function hourOf(activities: readonly Activity[], sharing: Sharing, idleMilliwatts = 0): Sweep {
  return sweep({
    fromUs: 0,
    toUs: HOUR,
    power: [{ fromUs: 0, activeMilliwatts: 80_000, idleMilliwatts }],
    tariff,
    activities,
    sharing,
  });
}

function jouleOf(result: Sweep, id: string, of: 'energyPj' | 'floorPj' = 'energyPj'): number {
  const share = result.shares.get(id);
  return share === undefined ? 0 : Number(totalOf(share)[of]) / Number(PJ_PER_JOULE);
}

const generating = (id: string, from: number, to: number, tokens: number): Activity => ({
  id,
  fromUs: from * SECOND,
  toUs: to * SECOND,
  tokens: { prompt: 0, generate: tokens },
});

describe('worked examples: A 0–10 s and B 4–10 s at 80 W', () => {
  // A makes 20 tokens a second, so 120 of its 200 in the 6 s that it shares with B's 360.
  const both = [generating('a', 0, 10, 200), generating('b', 4, 10, 360)];

  it.each<[Sharing, number, number]>([
    ['equal', 560, 240],
    ['tokens', 440, 360],
  ])('%s: %d J and %d J', (sharing, a, b) => {
    const result = hourOf(both, sharing);
    expect([jouleOf(result, 'a'), jouleOf(result, 'b')]).toEqual([a, b]);
  });

  it('above a floor of 8 W: 504 J and 216 J, and 80 J to idle', () => {
    const result = hourOf(both, 'equal', 8_000);
    const marginal = (id: string) => jouleOf(result, id) - jouleOf(result, id, 'floorPj');
    expect([marginal('a'), marginal('b')]).toEqual([504, 216]);
    expect(jouleOf(result, 'a', 'floorPj') + jouleOf(result, 'b', 'floorPj')).toBe(80);
  });

  it('phases: a prompt’s tokens weigh less than generated ones', () => {
    const tokenWeights = { prompt: 0.1, generate: 1 };
    const reads: Activity = {
      id: 'reads',
      fromUs: 0,
      promptToUs: 10 * SECOND,
      toUs: 10 * SECOND,
      tokens: { prompt: 1_000, generate: 0 },
      tokenWeights,
    };
    const writes = { ...generating('writes', 0, 10, 300), tokenWeights };
    expect(jouleOf(hourOf([reads, writes], 'phases'), 'writes')).toBe(600);
    expect(jouleOf(hourOf([reads, writes], 'tokens'), 'reads')).toBeGreaterThan(600);
  });
});

it.each<Sharing>(['tokens', 'phases'])('%s: equally where one of them is not known', (sharing) => {
  const known = { ...generating('a', 0, 10, 100), tokenWeights: { prompt: 1, generate: 1 } };
  const result = hourOf([known, { id: 'b', fromUs: 0, toUs: 10 * SECOND }], sharing);
  expect([jouleOf(result, 'a'), jouleOf(result, 'b')]).toEqual([400, 400]);
});

const weight = fc.double({ min: 0, max: 50, noNaN: true });
const anyActivities = fc.uniqueArray(
  fc.record(
    {
      id: fc.stringMatching(/^[a-f]{1,3}$/),
      fromUs: fc.integer({ min: 0, max: HOUR - 1 }),
      promptUs: fc.nat(90_000_000),
      generateUs: fc.nat(90_000_000),
      tokens: fc.record({ prompt: fc.nat(8_000), generate: fc.nat(2_000) }),
      tokenWeights: fc.record({ prompt: weight, generate: weight }),
    },
    { requiredKeys: ['id', 'fromUs', 'promptUs', 'generateUs'] },
  ),
  { maxLength: 10, selector: ({ id }) => id },
);
const toActivity = ({
  promptUs,
  generateUs,
  ...rest
}: typeof anyActivities extends fc.Arbitrary<(infer T)[]> ? T : never): Activity => ({
  ...rest,
  promptToUs: rest.fromUs + promptUs,
  toUs: rest.fromUs + promptUs + generateUs,
});

describe.each<Sharing>(['tokens', 'phases'])('shared by %s', (sharing) => {
  it('sums exactly, in energy, cost and floor, and no floor is above its energy', () => {
    fc.assert(
      fc.property(anyActivities, fc.nat(90_000), (drawn, idleMilliwatts) => {
        const { shares, ledger, meteredPj } = hourOf(drawn.map(toActivity), sharing, idleMilliwatts);
        const totals = [...shares.values()].map(totalOf);
        const requests = ledger.filter(({ kind }) => kind === 'request');
        const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);
        expect(sum(ledger.map(({ energyPj }) => energyPj))).toBe(meteredPj);
        expect(sum(totals.map(({ energyPj }) => energyPj))).toBe(
          sum(requests.map(({ energyPj }) => energyPj)),
        );
        expect(sum(totals.map(({ costNumerator }) => costNumerator!))).toBe(
          sum(requests.map(({ costNumerator }) => costNumerator)),
        );
        expect(sum(totals.map(({ floorPj }) => floorPj))).toBe(sum(requests.map(({ floorPj }) => floorPj)));
        for (const { energyPj, floorPj } of totals) {
          expect(floorPj).toBeGreaterThanOrEqual(0n);
          expect(energyPj).toBeGreaterThanOrEqual(floorPj);
        }
      }),
    );
  });
});

it('by phases whose tokens all weigh 1 is by tokens', () => {
  fc.assert(
    fc.property(anyActivities, (drawn) => {
      const activities = drawn.map((one) => ({
        ...toActivity(one),
        tokenWeights: { prompt: 1, generate: 1 },
      }));
      expect(hourOf(activities, 'phases').shares).toEqual(hourOf(activities, 'tokens').shares);
    }),
  );
});
