import fc from 'fast-check';
import { HISTORY_MS, type PowerSample, withSample } from './power-history';

it('stays in time order, within five minutes and about 300 samples, and ends with the last figure', () => {
  const steps = fc.array(fc.record({ gapMs: fc.integer({ min: 1, max: 5_000 }), watts: fc.nat(900) }), {
    minLength: 1,
  });
  fc.assert(
    fc.property(steps, (list) => {
      let atMs = 0;
      let history: PowerSample[] = [];
      for (const { gapMs, watts } of list) {
        atMs += gapMs;
        history = withSample(history, { atMs, watts });
      }
      const times = history.map((sample) => sample.atMs);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(atMs - (times[0] ?? 0)).toBeLessThanOrEqual(HISTORY_MS);
      expect(history.at(-1)?.watts).toBe(list.at(-1)?.watts);
    }),
  );
});

it('does not grow with the rate of the feed', () => {
  let history: PowerSample[] = [];
  for (let atMs = 0; atMs < 20 * 60_000; atMs += 250) history = withSample(history, { atMs, watts: atMs });
  expect(history.length).toBeLessThanOrEqual(HISTORY_MS / 1_000 + 2);
});
