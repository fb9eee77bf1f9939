import fc from 'fast-check';
import { BUCKET_US } from './ledger';
import { addSpans, settleLateSamples } from './late-samples';
import type { ConstantStep, MeteredSpan, PowerStep } from './power';
import { flatSchedule } from './rate-schedule';
import { sweep } from './sweep';
import { Tariff } from './tariff';

const HOUR_US = 3_600_000_000;
const usd = (rate: bigint, validFromUs = 0, id = 1) => ({
  id,
  currency: 'USD',
  schedule: flatSchedule(rate),
  validFromUs,
});
const tariff = new Tariff([usd(383_000n), usd(-20_000n, 1.3 * BUCKET_US, 2)]);
const sum = (values: Iterable<bigint>) => [...values].reduce((total, value) => total + value, 0n);
const energyOf = (spans: readonly MeteredSpan[]) => sum(spans.map(({ energyPj }) => energyPj));

/** Spans in the order of time, some of them with nothing between them. */
const spans = fc
  .array(
    fc.record({
      gapUs: fc.oneof(fc.constant(0), fc.nat(400_000_000)),
      lengthUs: fc.integer({ min: 1, max: 700_000_000 }),
      energyPj: fc.bigInt(0n, 10n ** 15n),
    }),
    { maxLength: 12 },
  )
  .map((parts): MeteredSpan[] => {
    let atUs = 0;
    return parts.map(({ gapUs, lengthUs, energyPj }) => {
      const fromUs = atUs + gapUs;
      atUs = fromUs + lengthUs;
      return { fromUs, toUs: atUs, energyPj };
    });
  });

describe('late samples', () => {
  it('1: what stood in, what was metered and `other` sum to the meter, exactly, whenever the samples come', () => {
    fc.assert(
      fc.property(
        spans,
        fc.array(fc.nat(HOUR_US), { maxLength: 8 }),
        fc.array(fc.tuple(fc.nat(HOUR_US), fc.nat(600_000_000)), { maxLength: 6 }),
        (metered, settlesUs, requests) => {
          const endUs = 2 * HOUR_US;
          const activities = requests.map(([fromUs, lengthUs], index) => ({
            id: String(index),
            fromUs,
            toUs: fromUs + lengthUs,
          }));
          let [fromUs, standIns]: [number, readonly MeteredSpan[]] = [0, []];
          let [charged, other] = [0n, 0n];
          // A sample is known once its span has ended.
          for (const toUs of [...settlesUs.toSorted((a, b) => a - b), endUs]) {
            const known = metered.filter((span) => span.toUs <= toUs);
            const swept = sweep({ fromUs, toUs, power: powerOf(known, fromUs), tariff, activities });
            charged += swept.meteredPj;
            const samples = settleLateSamples([...standIns, ...swept.standIns], known, tariff);
            other += sum(samples.ledger.map(({ energyPj }) => energyPj));
            standIns = samples.rest;
            fromUs = toUs;
          }
          // What no sample ever covered stays an estimate.
          expect(charged + other).toBe(energyOf(metered) + energyOf(standIns));
        },
      ),
    );
  });

  it('prices the difference at the rate of its time', () => {
    const standIn = { fromUs: BUCKET_US, toUs: 2 * BUCKET_US, energyPj: 0n };
    const sample = { fromUs: BUCKET_US, toUs: 2 * BUCKET_US, energyPj: 1_000n };
    const { ledger, rest } = settleLateSamples([standIn], [sample], tariff);
    expect(ledger).toMatchObject([
      {
        bucketUs: BUCKET_US,
        kind: 'other',
        energyPj: 1_000n,
        costNumerator: 300n * 383_000n - 700n * 20_000n,
        floorPj: 0n,
      },
    ]);
    expect(rest).toEqual([]);
  });

  it('is negative where the constant was too much, and leaves what no sample covers', () => {
    const standIn = { fromUs: 0, toUs: 100, energyPj: 1_000n };
    const { ledger, rest } = settleLateSamples([standIn], [{ fromUs: 0, toUs: 50, energyPj: 10n }], tariff);
    expect(ledger.map(({ energyPj }) => energyPj)).toEqual([-490n]);
    expect(rest).toEqual([{ fromUs: 50, toUs: 100, energyPj: 500n }]);
  });
});

describe('several meters of one machine', () => {
  it('are added where each of them knows; what they tell of the time they share is in the sum, to the unit', () => {
    fc.assert(
      fc.property(spans, spans, (gpu, cpu) => {
        const both = addSpans([gpu, cpu]);
        const within = (meter: readonly MeteredSpan[]) =>
          settleLateSamples(
            both.map((span) => ({ ...span, energyPj: 0n })),
            meter,
            new Tariff([usd(1n)]),
          );
        expect(energyOf(both)).toBe(
          sum([...within(gpu).ledger, ...within(cpu).ledger].map(({ energyPj }) => energyPj)),
        );
        for (const [index, span] of both.entries()) {
          expect(span.fromUs).toBeLessThan(span.toUs);
          expect(span.fromUs).toBeGreaterThanOrEqual(both[index - 1]?.toUs ?? 0);
        }
        expect(addSpans([cpu, gpu])).toEqual(both);
      }),
    );
  });

  it('are the one where there is one', () => {
    const one = [{ fromUs: 0, toUs: 10, energyPj: 7n }];
    expect(addSpans([one])).toBe(one);
    expect(addSpans([])).toEqual([]);
    expect(addSpans([one, []])).toEqual([]);
  });
});

/** Metered steps with an estimate in between, as a host's meter gives them. */
function powerOf(metered: readonly MeteredSpan[], fromUs: number): [PowerStep, ...PowerStep[]] {
  const constant = (atUs: number): ConstantStep => ({
    fromUs: atUs,
    activeMilliwatts: 80_000,
    idleMilliwatts: 9_000,
    estimated: true,
  });
  const steps: PowerStep[] = [];
  let atUs = fromUs;
  for (const span of metered.filter(({ toUs }) => toUs > fromUs)) {
    if (span.fromUs > atUs) steps.push(constant(atUs));
    steps.push({ ...span, idleMilliwatts: 9_000 });
    atUs = span.toUs;
  }
  const [first, ...rest] = [...steps, constant(atUs)];
  return [first, ...rest];
}
