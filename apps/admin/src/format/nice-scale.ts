const STEPS = [1, 2, 2.5, 5, 10];
const MOST_TICKS = 4;

/** An axis from 0 to a round figure not below `most`, with at most four round steps; 1 where everything is 0. */
export function niceScale(most: number): { top: number; ticks: number[] } {
  if (!(most > 0)) return { top: 1, ticks: [0] };
  const least = most / MOST_TICKS;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = (STEPS.find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10) * power;
  const steps = Math.ceil(most / step - 1e-9);
  return { top: step * steps, ticks: Array.from({ length: steps + 1 }, (_, index) => step * index) };
}
