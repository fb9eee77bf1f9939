import fc from 'fast-check';
import { costOf, toCost } from './cost';
import { energyOf, PJ_PER_JOULE } from './energy';
import { BUCKET_US } from './ledger';
import type { Activity } from './activity';
import type { PowerStep } from './power';
import { flatSchedule } from './rate-schedule';
import { addShares, meanConcurrency, type Share, totalOf } from './share';
import { sweep, type Sweep, type SweepWindow } from './sweep';
import { Tariff } from './tariff';

const SECOND = 1_000_000;
const SEED_RATE = 383_000n;
const usd = (rateMicrosPerKwh: bigint, validFromUs = 0, id = 1) => ({
  id,
  currency: 'USD',
  schedule: flatSchedule(rateMicrosPerKwh),
  validFromUs,
});
const flat = (rate = SEED_RATE) => new Tariff([usd(rate)]);
const constant = (activeMilliwatts: number, idleMilliwatts = 0): [PowerStep] => [
  { fromUs: 0, activeMilliwatts, idleMilliwatts },
];
const seconds = (id: string, from: number, to: number): Activity => ({
  id,
  fromUs: from * SECOND,
  toUs: to * SECOND,
});
const day = (activities: Activity[], more: Partial<SweepWindow> = {}): Sweep =>
  sweep({ fromUs: 0, toUs: 86_400 * SECOND, power: constant(80_000), tariff: flat(), activities, ...more });

const joules = (result: Sweep, id: string) => Number(energyIn(result.shares.get(id))) / Number(PJ_PER_JOULE);
const energyIn = (share: Share | undefined) => (share === undefined ? 0n : totalOf(share).energyPj);
const sum = (values: Iterable<bigint>) => [...values].reduce((total, value) => total + value, 0n);
const charged = (result: Sweep) => sum([...result.shares.values()].map(energyIn));
const costs = (result: Sweep) =>
  sum([...result.shares.values()].map((share) => totalOf(share).costNumerator ?? 0n));
const ledgerOf = (result: Sweep, kind: string) => result.ledger.filter((line) => line.kind === kind);

describe('worked examples', () => {
  it('charges the seed case: 80 W, 5 s, $0.383 are 400 J and $0.000042555556', () => {
    const share = day([seconds('a', 10, 15)]).shares.get('a')!;
    expect(totalOf(share)).toEqual({
      energyPj: 400n * PJ_PER_JOULE,
      costNumerator: 400n * PJ_PER_JOULE * SEED_RATE,
      floorPj: 0n,
      floorCostNumerator: 0n,
      currency: 'USD',
      activeUs: 5 * SECOND,
      sharedUs: 5 * SECOND,
    });
    expect(toCost(totalOf(share).costNumerator!)).toBe('0.000042555556');
    expect(meanConcurrency(share)).toBe(1);
  });

  it('charges four at once 100 J and $0.00001064 each, and not four machines', () => {
    const result = day(['a', 'b', 'c', 'd'].map((id) => seconds(id, 0, 5)));
    for (const share of result.shares.values()) {
      expect(energyIn(share)).toBe(100n * PJ_PER_JOULE);
      expect(toCost(totalOf(share).costNumerator!)).toBe('0.000010638889');
      expect(meanConcurrency(share)).toBe(4);
    }
    expect(toCost(costs(result))).toBe('0.000042555556');
  });

  it('charges A 0–10 s and B 4–10 s with 560 J and 240 J', () => {
    const result = day([seconds('a', 0, 10), seconds('b', 4, 10)]);
    expect([joules(result, 'a'), joules(result, 'b')]).toEqual([560, 240]);
    expect(meanConcurrency(result.shares.get('a')!)).toBe(1.6);
  });

  it('prices 2 s before and 3 s after 16:00 of EV-TOU-5 in summer at $0.00007493', () => {
    const tariff = new Tariff([usd(496_130n), usd(793_210n, 16 * 3_600 * SECOND, 2)]);
    const result = day([seconds('a', 16 * 3_600 - 2, 16 * 3_600 + 3)], { tariff });
    expect(toCost(totalOf(result.shares.get('a')!).costNumerator!)).toBe('0.000074930889');
  });

  it('charges what nobody used to idle', () => {
    const result = day([seconds('a', 0, 10)], { power: constant(80_000, 8_000), toUs: 20 * SECOND });
    expect(ledgerOf(result, 'idle')).toEqual([
      {
        bucketUs: 0,
        kind: 'idle',
        currency: 'USD',
        energyPj: 80n * PJ_PER_JOULE,
        costNumerator: 80n * PJ_PER_JOULE * SEED_RATE,
        floorPj: 0n,
        floorCostNumerator: 0n,
      },
    ]);
    expect(result.meteredPj).toBe(880n * PJ_PER_JOULE);
  });

  it('splits the ledger at the quarter hour', () => {
    const result = day([seconds('a', 899, 902)]);
    expect(result.ledger.map((line) => [line.bucketUs, line.energyPj / PJ_PER_JOULE])).toEqual([
      [0, 80n],
      [BUCKET_US, 160n],
    ]);
  });

  it('takes metered samples as power steps', () => {
    const power: [PowerStep, ...PowerStep[]] = [
      { fromUs: 0, activeMilliwatts: 50_000, idleMilliwatts: 50_000 },
      { fromUs: 4 * SECOND, activeMilliwatts: 100_000, idleMilliwatts: 100_000 },
    ];
    const result = day([seconds('a', 2, 6)], { power, toUs: 10 * SECOND });
    expect(joules(result, 'a')).toBe(300);
    expect(result.meteredPj).toBe(800n * PJ_PER_JOULE);
  });

  it('has no single price for time in two currencies, and the ledger keeps them apart', () => {
    const tariff = new Tariff([usd(SEED_RATE), { ...usd(372_000n, 5 * SECOND, 2), currency: 'EUR' }]);
    const result = day([seconds('a', 4, 6), seconds('b', 4, 5), seconds('c', 5, 6)], { tariff });
    expect(totalOf(result.shares.get('a')!)).toMatchObject({
      costNumerator: null,
      currency: 'EUR',
      activeUs: 2 * SECOND,
    });
    expect(totalOf(result.shares.get('b')!)).toMatchObject({
      currency: 'USD',
      costNumerator: 40n * PJ_PER_JOULE * SEED_RATE,
    });
    expect(totalOf(result.shares.get('c')!)).toMatchObject({
      currency: 'EUR',
      costNumerator: 40n * PJ_PER_JOULE * 372_000n,
    });
    expect(result.ledger.map((line) => [line.currency, line.energyPj / PJ_PER_JOULE])).toEqual([
      ['USD', 80n],
      ['EUR', 80n],
    ]);
  });

  it('gives the indivisible rest to the lowest ids', () => {
    const result = sweep({
      fromUs: 0,
      toUs: 1,
      power: constant(1),
      tariff: flat(),
      activities: ['c', 'a', 'b'].map((id) => ({ id, fromUs: 0, toUs: 1 })),
    });
    expect(['a', 'b', 'c'].map((id) => energyIn(result.shares.get(id)))).toEqual([334n, 333n, 333n]);
  });
});

/** A host's hour: requests anywhere in and around it, power steps, tariff versions. */
const hours = fc.record({
  activities: fc
    .uniqueArray(
      fc.record({
        id: fc.stringMatching(/^[a-f]{1,3}$/),
        at: fc.integer({ min: -1_000_000, max: 4 * BUCKET_US }),
        durationUs: fc.oneof(fc.nat(2_000_000_000), fc.nat(7)),
      }),
      { maxLength: 12, selector: (activity) => activity.id },
    )
    .map((list) => list.map(({ id, at, durationUs }) => ({ id, fromUs: at, toUs: at + durationUs }))),
  steps: fc.array(
    fc.record({
      fromUs: fc.integer({ min: 1, max: 4 * BUCKET_US }),
      activeMilliwatts: fc.nat(300_000),
      idleMilliwatts: fc.nat(30_000),
    }),
    { maxLength: 4 },
  ),
  turns: fc.array(
    fc.record({ at: fc.integer({ min: 1, max: 4 * BUCKET_US }), rate: fc.bigInt(-500_000n, 2_000_000n) }),
    { maxLength: 3 },
  ),
});

type Hour = typeof hours extends fc.Arbitrary<infer T> ? T : never;

const windowOf = ({ activities, steps, turns }: Hour): SweepWindow => ({
  fromUs: 0,
  toUs: 4 * BUCKET_US,
  activities,
  power: [...constant(80_000, 9_000), ...steps.toSorted((a, b) => a.fromUs - b.fromUs)],
  tariff: new Tariff([usd(SEED_RATE), ...turns.map(({ at, rate }, index) => usd(rate, at, index + 2))]),
});

/** The metered energy once more, independently: the draw integrated from cut to cut. */
function drawn({ fromUs, toUs, power, activities }: SweepWindow): bigint {
  const cuts = [
    fromUs,
    toUs,
    ...power.map((step) => step.fromUs),
    ...activities.flatMap((a) => [a.fromUs, a.toUs]),
  ]
    .filter((us) => us >= fromUs && us <= toUs)
    .toSorted((a, b) => a - b);
  let total = 0n;
  for (const [index, cut] of cuts.entries()) {
    const next = cuts[index + 1] ?? cut;
    const step = power.findLast((candidate) => candidate.fromUs <= cut) ?? power[0];
    if ('energyPj' in step) throw new Error('these hours have constant steps only');
    const busy = activities.some((a) => a.fromUs <= cut && a.toUs > cut);
    total += energyOf(busy ? step.activeMilliwatts : step.idleMilliwatts, next - cut);
  }
  return total;
}

describe('invariants', () => {
  it('1: requests and idle sum to what was metered, exactly, in energy and in cost', () => {
    fc.assert(
      fc.property(hours, (hour) => {
        const result = sweep(windowOf(hour));
        const requests = sum(ledgerOf(result, 'request').map((line) => line.energyPj));
        const idle = sum(ledgerOf(result, 'idle').map((line) => line.energyPj));
        expect(charged(result)).toBe(requests);
        expect(requests + idle).toBe(result.meteredPj);
        expect(result.meteredPj).toBe(drawn(windowOf(hour)));
        expect(costs(result)).toBe(sum(ledgerOf(result, 'request').map((line) => line.costNumerator)));
      }),
    );
  });

  it('2: no energy is negative, and no cost unless the rate is', () => {
    fc.assert(
      fc.property(hours, (hour) => {
        for (const share of [...sweep(windowOf(hour)).shares.values()].map(totalOf)) {
          expect(share.energyPj).toBeGreaterThanOrEqual(0n);
          if (hour.turns.every((turn) => turn.rate >= 0n))
            expect(share.costNumerator).toBeGreaterThanOrEqual(0n);
        }
      }),
    );
  });

  it('3a: the order of the requests changes nothing', () => {
    fc.assert(
      fc.property(hours, (hour) => {
        const reversed = { ...hour, activities: hour.activities.toReversed() };
        expect(sorted(sweep(windowOf(reversed)).shares)).toEqual(sorted(sweep(windowOf(hour)).shares));
      }),
    );
  });

  it('3b, 11: swept in two parts, every share is the same within one pJ per cut and the total is equal', () => {
    fc.assert(
      fc.property(hours, fc.integer({ min: 0, max: 4 * BUCKET_US }), (hour, cutUs) => {
        const window = windowOf(hour);
        const whole = sweep(window);
        const parts = [sweep({ ...window, toUs: cutUs }), sweep({ ...window, fromUs: cutUs })];
        expect(sum(parts.map((part) => part.meteredPj))).toBe(whole.meteredPj);
        for (const [id, share] of [...whole.shares].map(([id, share]) => [id, totalOf(share)] as const)) {
          const inParts = parts.map((part) => part.shares.get(id)).filter((part) => part !== undefined);
          const joined = totalOf(inParts.reduce(addShares));
          expect(joined.activeUs).toBe(share.activeUs);
          expect(joined.sharedUs).toBe(share.sharedUs);
          expect(Math.abs(Number(joined.energyPj - share.energyPj))).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('4: n identical concurrent requests pay E/n each, and the sum is what was metered', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 60 * SECOND }),
        (n, durationUs) => {
          const result = day(
            Array.from({ length: n }, (_, index) => ({ id: `${index}`, fromUs: 0, toUs: durationUs })),
          );
          const whole = energyOf(80_000, durationUs);
          expect(charged(result)).toBe(whole);
          // One slice; the quarter-hour does not cut it.
          for (const share of result.shares.values())
            expect([whole / BigInt(n), whole / BigInt(n) + 1n]).toContain(energyIn(share));
        },
      ),
    );
  });

  it('5: a request that only waits pays nothing and changes nobody else', () => {
    fc.assert(
      fc.property(hours, fc.nat(4 * BUCKET_US), (hour, at) => {
        const waiting = {
          ...hour,
          activities: [...hour.activities, { id: 'waiting', fromUs: at, toUs: at }],
        };
        expect(sweep(windowOf(waiting))).toEqual(sweep(windowOf(hour)));
      }),
    );
  });

  it('6: twice the power is twice the energy within one pJ per cut, and exactly in total; twice the rate is twice the cost', () => {
    fc.assert(
      fc.property(hours, ({ activities }) => {
        const once = day(activities);
        const power = day(activities, { power: constant(160_000) });
        const rate = day(activities, { tariff: flat(2n * SEED_RATE) });
        expect(power.meteredPj).toBe(2n * once.meteredPj);
        const cuts = 2 * activities.length + 96;
        for (const [id, share] of once.shares) {
          const off = energyIn(power.shares.get(id)) - 2n * energyIn(share);
          expect(Math.abs(Number(off))).toBeLessThanOrEqual(cuts);
          expect(totalOf(rate.shares.get(id)!).costNumerator).toBe(2n * totalOf(share).costNumerator!);
        }
      }),
    );
  });

  it('7: one more request never raises what another pays, beyond one pJ per cut', () => {
    fc.assert(
      fc.property(
        hours,
        fc.nat(3 * BUCKET_US),
        fc.integer({ min: 1, max: BUCKET_US }),
        (hour, at, durationUs) => {
          const alone = day(hour.activities);
          const joined = day([...hour.activities, { id: 'zz', fromUs: at, toUs: at + durationUs }]);
          const cuts = BigInt(2 * hour.activities.length + 98);
          for (const [id, share] of alone.shares)
            expect(energyIn(joined.shares.get(id))).toBeLessThanOrEqual(energyIn(share) + cuts);
        },
      ),
    );
  });

  it('8: a schedule of equal rates is the flat one', () => {
    fc.assert(
      fc.property(hours, (hour) => {
        const window = windowOf({ ...hour, turns: [] });
        const scheduled = sweep({
          ...window,
          tariff: new Tariff([1, 2, 3].map((id) => usd(SEED_RATE, id * BUCKET_US, id))),
        });
        expect(figures(scheduled)).toEqual(figures(sweep(window)));
      }),
    );
  });

  it('prices every cost at the rate of its instant: by tariff period, Σ cost = Σ energy × rate', () => {
    fc.assert(
      fc.property(hours, (hour) => {
        const window = windowOf(hour);
        const starts = window.tariff.versions.map((version) => version.validFromUs);
        const periods = starts.map((fromUs, index) =>
          sweep({ ...window, fromUs, toUs: starts[index + 1] ?? window.toUs }),
        );
        const expected = periods.map(
          (period, index) => period.meteredPj * window.tariff.at(starts[index] ?? 0).rateMicrosPerKwh,
        );
        expect(sum(sweep(window).ledger.map((line) => line.costNumerator))).toBe(sum(expected));
      }),
    );
  });
});

describe('many requests', () => {
  it('conserves 10,000 requests that are all active at once', () => {
    const activities = Array.from({ length: 10_000 }, (_, index) => ({
      id: String(index).padStart(5, '0'),
      fromUs: index * 7,
      toUs: 600 * SECOND + index * 11,
    }));
    const startedMs = performance.now();
    const result = day(activities);
    const tookMs = performance.now() - startedMs;
    expect(charged(result)).toBe(costOf(80_000n * 1_000n, BigInt(600 * SECOND + 9_999 * 11)));
    expect(tookMs).toBeLessThan(5_000);
  });
});

function figures(result: Sweep) {
  return [...result.shares].map(([id, share]) => [id, totalOf(share)]);
}

function sorted(shares: ReadonlyMap<string, Share>): [string, Share][] {
  return [...shares].toSorted(([a], [b]) => (a < b ? -1 : 1));
}
