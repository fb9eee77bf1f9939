/** Unix ms; `toMs` is exclusive. */
export interface Stretch {
  fromMs: number;
  toMs: number;
}

type Unit = 'hour' | 'day' | 'month';

/** Which sums a stretch of time is read from: the coarsest that lie wholly within it. */
export type UsageGrains = Record<'quarter' | Unit, Stretch[]>;

/**
 * Takes the stretches between boundaries (ascending, Unix ms) apart into whole units of UTC and the quarter hours
 * between them. No grain reaches over a boundary, and neighbours of a grain are one stretch.
 * @param units that there are sums of, the finest first
 */
export function toUsageGrains(boundaries: readonly number[], units: readonly Unit[]): UsageGrains {
  const grains: UsageGrains = { quarter: [], hour: [], day: [], month: [] };
  for (const [index, fromMs] of boundaries.slice(0, -1).entries())
    split({ fromMs, toMs: boundaries[index + 1] ?? fromMs }, 'quarter', units, grains);
  return grains;
}

/** Stretches as PostgreSQL's `tstzrange[]` in text form. */
export function toRanges(stretches: readonly Stretch[]): string[] {
  return stretches.map(
    ({ fromMs, toMs }) => `[${new Date(fromMs).toISOString()},${new Date(toMs).toISOString()})`,
  );
}

/** What is no whole unit of the next one stays with the grain. */
function split(
  { fromMs, toMs }: Stretch,
  grain: keyof UsageGrains,
  [unit, ...coarser]: readonly Unit[],
  grains: UsageGrains,
): void {
  if (unit === undefined || ceil(unit, fromMs) >= floor(unit, toMs)) {
    extend(grains[grain], { fromMs, toMs });
    return;
  }
  const whole = { fromMs: ceil(unit, fromMs), toMs: floor(unit, toMs) };
  extend(grains[grain], { fromMs, toMs: whole.fromMs });
  split(whole, unit, coarser, grains);
  extend(grains[grain], { fromMs: whole.toMs, toMs });
}

function extend(stretches: Stretch[], { fromMs, toMs }: Stretch): void {
  if (fromMs >= toMs) return;
  const last = stretches.at(-1);
  if (last?.toMs === fromMs) last.toMs = toMs;
  else stretches.push({ fromMs, toMs });
}

function floor(unit: Unit, ms: number): number {
  const at = new Date(ms);
  at.setUTCMinutes(0, 0, 0);
  if (unit !== 'hour') at.setUTCHours(0);
  if (unit === 'month') at.setUTCDate(1);
  return at.getTime();
}

function ceil(unit: Unit, ms: number): number {
  const start = floor(unit, ms);
  if (start === ms) return ms;
  const at = new Date(start);
  if (unit === 'hour') at.setUTCHours(at.getUTCHours() + 1);
  else if (unit === 'day') at.setUTCDate(at.getUTCDate() + 1);
  else at.setUTCMonth(at.getUTCMonth() + 1);
  return at.getTime();
}
