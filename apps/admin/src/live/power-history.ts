/** One moment of the power curve. */
export interface PowerSample {
  atMs: number;
  watts: number;
}

export const HISTORY_MS = 5 * 60_000;
/** At most one sample in this time is kept, so that five minutes are 300 however busy the feed. */
const STEP_MS = 1_000;

/** The last five minutes with one more sample; within a second of the last one, in its place. */
export function withSample(history: readonly PowerSample[], sample: PowerSample): PowerSample[] {
  const last = history.at(-1);
  const kept = last !== undefined && sample.atMs - last.atMs < STEP_MS && history.length > 1;
  const before = kept ? history.slice(0, -1) : history;
  const next = kept ? { atMs: last.atMs, watts: sample.watts } : sample;
  return [...before.filter(({ atMs }) => sample.atMs - atMs <= HISTORY_MS), next];
}
