import fc from 'fast-check';
import { MeterTimeline, type TimedReading } from './meter-timeline';

const SECOND = 1_000_000;
const J = 1_000_000_000_000n;

const timeline = () => new MeterTimeline(1, 1_000);
const counter = (second: number, picojoules: bigint, wrapsAt: bigint | null = null): TimedReading => ({
  atUs: second * SECOND,
  milliwatts: null,
  counters: [{ part: '', picojoules, wrapsAt }],
});
const energies = (meter: MeterTimeline) => meter.steps.map(({ energyPj }) => energyPj);
const sum = (values: Iterable<bigint>) => [...values].reduce((total, value) => total + value, 0n);

describe('MeterTimeline', () => {
  it('10: counts across one wrap; a reset and a gap are unknown, never a spike', () => {
    const wrapping = timeline();
    for (const reading of [counter(0, 90n, 100n), counter(1, 5n, 100n), counter(2, 4n, 100n)])
      wrapping.add(reading);
    expect(energies(wrapping)).toEqual([15n]);
    const reset = timeline();
    for (const [second, value] of [
      [0, 90n],
      [1, 5n],
      [2, 7n],
      [60, 5_000n],
      [61, 5_001n],
    ] as const)
      reset.add(counter(second, value));
    expect(energies(reset)).toEqual([2n, 1n]);
    expect(reset.steps.map(({ fromUs }) => fromUs / SECOND)).toEqual([1, 60]);
    // Its counter tells what the gap was in all, for `other`.
    expect(reset.known.map(({ energyPj }) => energyPj)).toEqual([2n, 4_993n, 1n]);
  });

  it('10: of a counter that wraps, each step is what was drawn, through any number of wraps', () => {
    const steps = fc.array(fc.bigInt(0n, 400n), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(steps, fc.bigInt(801n, 5_000n), fc.bigInt(0n, 5_000n), (drawn, wrapsAt, start) => {
        const meter = timeline();
        let total = start;
        meter.add(counter(0, total % wrapsAt, wrapsAt));
        for (const [index, energy] of drawn.entries()) {
          total += energy;
          meter.add(counter(index + 1, total % wrapsAt, wrapsAt));
        }
        // Where it stood still, the time belongs to the step in which it moved on.
        // A jump after a standstill from the first reading on is unknown in part, and left out.
        const moved = drawn.filter((energy) => energy > 0n);
        expect(energies(meter)).toEqual(drawn[0] === 0n ? moved.slice(1) : moved);
      }),
    );
  });

  it('10: whatever resets, gaps and silences there are, no step is more than was drawn in it', () => {
    const turn = fc.record({
      seconds: fc.constantFrom(1, 1, 1, 2, 3, 10, 500),
      drawn: fc.bigInt(0n, 1_000n),
      isReset: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 60 }), (turns) => {
        const meter = timeline();
        let [second, counted, all] = [0, 50_000n, 0n];
        const drawnAt = new Map([[0, 0n]]);
        meter.add(counter(0, counted));
        for (const { seconds, drawn, isReset } of turns) {
          second += seconds;
          all += drawn;
          // The driver starts again at 0 somewhere in between, so what it shows is at most what was drawn.
          counted = isReset ? drawn / 2n : counted + drawn;
          drawnAt.set(second, all);
          meter.add(counter(second, counted));
        }
        for (const { fromUs, toUs, energyPj } of meter.known) {
          const drawn = drawnAt.get(toUs / SECOND)! - drawnAt.get(fromUs / SECOND)!;
          expect(energyPj).toBeGreaterThanOrEqual(0n);
          expect(energyPj).toBeLessThanOrEqual(drawn);
        }
        const samples = [...drawnAt.keys()];
        for (const { fromUs, toUs } of meter.steps) {
          const within = samples.filter((at) => at * SECOND >= fromUs && at * SECOND <= toUs);
          for (const [index, at] of within.entries())
            expect(at - (within[index - 1] ?? at)).toBeLessThanOrEqual(3);
        }
      }),
    );
  });

  it('10: spreads the jump of a counter that is told in coarse steps over the time it stood still: no spike', () => {
    // Prometheus scrapes every 15 s what is asked for every 2 s; the machine draws 80 W throughout.
    const meter = new MeterTimeline(1, 2_000);
    for (let second = 8; second <= 60; second += 2)
      meter.add(counter(second, BigInt(Math.floor(second / 15) * 15 * 80) * J));
    // How much of the first jump was drawn before the first reading is unknown.
    expect(meter.steps.map(({ fromUs, toUs }) => [fromUs / SECOND, toUs / SECOND])).toEqual([
      [16, 30],
      [30, 46],
      [46, 60],
    ]);
    for (const { fromUs, toUs, energyPj } of meter.steps) {
      const watts = Number(energyPj / J) / ((toUs - fromUs) / SECOND);
      expect(watts).toBeGreaterThanOrEqual(75);
      expect(watts).toBeLessThanOrEqual(86);
    }
    expect(meter.nextFromUs).toBe(60 * SECOND);
  });

  it('takes a jump after a long standstill for what it was in all, and not for a step', () => {
    const meter = timeline();
    meter.add(counter(0, 4n));
    for (let second = 1; second < 400; second += 1) meter.add(counter(second, 5n));
    expect([meter.known.length, meter.nextFromUs]).toEqual([1, SECOND]);
    meter.add(counter(400, 5n + 400n));
    expect(meter.known.map(({ energyPj }) => energyPj)).toEqual([1n, 400n]);
    expect(meter.steps.map(({ energyPj }) => energyPj)).toEqual([1n]);
  });

  it('takes a standstill for nothing drawn where the device tells its power too', () => {
    const meter = timeline();
    for (let second = 0; second < 3; second += 1) meter.add({ ...counter(second, 5n), milliwatts: 0 });
    expect(energies(meter)).toEqual([0n, 0n]);
  });

  it('knows nothing of a gap in a counter that wraps: it may have done so more than once', () => {
    const meter = timeline();
    for (const [second, value] of [
      [0, 10n],
      [60, 40n],
      [61, 41n],
    ] as const)
      meter.add(counter(second, value, 100n));
    expect(meter.known.map(({ energyPj }) => energyPj)).toEqual([1n]);
  });

  it('adds the parts, and is unknown where one of them comes, goes or is reset', () => {
    const cards = (second: number, ...values: (bigint | null)[]): TimedReading => ({
      atUs: second * SECOND,
      milliwatts: null,
      counters: values.flatMap((picojoules, index) =>
        picojoules === null ? [] : [{ part: String(index), picojoules, wrapsAt: null }],
      ),
    });
    const meter = timeline();
    for (const reading of [
      cards(0, 10n, 500n),
      cards(1, 13n, 504n),
      cards(2, 15n, 2n),
      cards(3, 16n, 3n),
      cards(4, 17n, null),
      cards(5, 18n, 9n),
      cards(6, 20n, 10n),
    ])
      meter.add(reading);
    expect(meter.steps.map(({ toUs, energyPj }) => [toUs / SECOND, energyPj])).toEqual([
      [1, 7n],
      [3, 2n],
      [6, 3n],
    ]);
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

  it('multiplies by the calibration, a step by itself', () => {
    const meter = new MeterTimeline(1.25, 1_000);
    meter.add(counter(0, 0n));
    meter.add(counter(1, 80n * J));
    expect(energies(meter)).toEqual([100n * J]);
    expect(meter.counterPj(counter(1, 80n * J))).toBe(100n * J);
  });

  it('forgets the oldest, not the newest, after a day of samples', () => {
    const meter = timeline();
    for (let second = 0; second <= 45_000; second += 1) meter.add(counter(second, BigInt(second)));
    expect(meter.steps.length).toBeLessThanOrEqual(20_000);
    expect(meter.coveredToUs).toBe(45_000 * SECOND);
    expect(sum(energies(meter))).toBe(BigInt(meter.steps.length));
  });
});
