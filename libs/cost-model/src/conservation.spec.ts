import fc from 'fast-check';
import type { Activity, TimeSpan } from './activity';
import type { PowerStep } from './power';
import { flatSchedule } from './rate-schedule';
import { totalOf } from './share';
import { sweep, type SweepWindow } from './sweep';
import { Tariff } from './tariff';

const END_US = 3_000_000_000;
const sum = (values: Iterable<bigint>) => [...values].reduce((total, value) => total + value, 0n);

const activity = fc
  .record({
    fromUs: fc.nat(END_US),
    promptUs: fc.nat(20_000_000),
    generateUs: fc.nat(400_000_000),
    prompt: fc.nat(5_000),
    generate: fc.nat(5_000),
    milliwatts: fc.option(fc.nat(400_000), { nil: undefined }),
  })
  .map(({ fromUs, promptUs, generateUs, prompt, generate, milliwatts }): Omit<Activity, 'id'> => ({
    fromUs,
    promptToUs: fromUs + promptUs,
    toUs: fromUs + promptUs + generateUs,
    tokens: { prompt, generate },
    ...(milliwatts !== undefined && { milliwatts }),
  }));

/** Alternating metered spans and constants. */
const power = fc
  .array(
    fc.record({
      lengthUs: fc.integer({ min: 1, max: 900_000_000 }),
      energyPj: fc.option(fc.bigInt(0n, 10n ** 17n)),
      activeMilliwatts: fc.nat(300_000),
      idleMilliwatts: fc.nat(30_000),
      loadMilliwatts: fc.nat(60_000),
    }),
    { maxLength: 8 },
  )
  .map((parts): SweepWindow['power'] => {
    const steps: PowerStep[] = [];
    let atUs = 0;
    for (const { lengthUs, energyPj, activeMilliwatts, idleMilliwatts, loadMilliwatts } of parts) {
      const toUs = atUs + lengthUs;
      steps.push(
        energyPj === null
          ? { fromUs: atUs, activeMilliwatts, idleMilliwatts, loadMilliwatts }
          : { fromUs: atUs, toUs, energyPj, idleMilliwatts },
      );
      atUs = toUs;
    }
    const last: PowerStep = { fromUs: atUs, activeMilliwatts: 80_000, idleMilliwatts: 9_000 };
    const [first, ...rest] = [...steps, last];
    return [first, ...rest];
  });

const windows = fc
  .record({
    activities: fc.array(activity, { maxLength: 10 }),
    loading: fc.array(
      fc.tuple(fc.nat(END_US), fc.nat(200_000_000)).map(([fromUs, us]): TimeSpan => {
        return { fromUs, toUs: fromUs + us };
      }),
      { maxLength: 4 },
    ),
    power,
    sharing: fc.constantFrom('equal', 'tokens'),
    rates: fc.array(fc.tuple(fc.integer({ min: 1, max: END_US }), fc.bigInt(-500_000n, 2_000_000n)), {
      maxLength: 3,
    }),
  })
  .map(({ activities, rates, ...rest }): SweepWindow => ({
    ...rest,
    fromUs: 0,
    toUs: END_US,
    activities: activities.map((each, index) => ({ ...each, id: `r${index}` })),
    tariff: new Tariff(
      [[0, 383_000n] as const, ...rates].map(([validFromUs, rate], index) => ({
        id: index + 1,
        currency: 'USD',
        schedule: flatSchedule(rate),
        validFromUs,
      })),
    ),
  }));

describe('whatever the meter, the sharing and the idle policy', () => {
  it('1: requests, load and idle sum to what was metered, in energy and in cost', () => {
    fc.assert(
      fc.property(windows, (window) => {
        const { shares, ledger, meteredPj } = sweep(window);
        const totals = [...shares.values()].map(totalOf);
        const of = (kind: string) => ledger.filter((line) => line.kind === kind);
        const energy = (kind: string) => sum(of(kind).map((line) => line.energyPj));
        expect(sum(totals.map((total) => total.energyPj))).toBe(energy('request'));
        expect(energy('request') + energy('load') + energy('idle')).toBe(meteredPj);
        expect(sum(totals.map((total) => total.costNumerator ?? 0n))).toBe(
          sum(of('request').map((line) => line.costNumerator)),
        );
      }),
    );
  });

  it('1: the marginal view moves the floor from requests and loading to idle, and has the same total', () => {
    fc.assert(
      fc.property(windows, (window) => {
        const { shares, ledger } = sweep(window);
        const totals = [...shares.values()].map(totalOf);
        const of = (kind: string) => ledger.filter((line) => line.kind === kind);
        expect(sum(totals.map((total) => total.floorPj))).toBe(
          sum(of('request').map((line) => line.floorPj)),
        );
        for (const { energyPj, floorPj } of [...totals, ...ledger]) {
          expect(floorPj).toBeGreaterThanOrEqual(0n);
          expect(floorPj).toBeLessThanOrEqual(energyPj);
        }
        expect(sum(of('idle').map((line) => line.floorPj))).toBe(0n);
      }),
    );
  });

  it('1: a metered span is charged in full, however it was cut', () => {
    fc.assert(
      fc.property(windows, (window) => {
        const spans = window.power.filter((step) => 'energyPj' in step && step.toUs <= END_US);
        for (const span of spans) {
          if (!('energyPj' in span)) continue;
          const { meteredPj } = sweep({ ...window, fromUs: span.fromUs, toUs: span.toUs, power: [span] });
          expect(meteredPj).toBe(span.energyPj);
        }
      }),
    );
  });

  it('2: nothing that is charged is negative', () => {
    fc.assert(
      fc.property(windows, (window) => {
        const { shares, ledger } = sweep(window);
        for (const { energyPj } of [...[...shares.values()].map(totalOf), ...ledger])
          expect(energyPj).toBeGreaterThanOrEqual(0n);
      }),
    );
  });
});
