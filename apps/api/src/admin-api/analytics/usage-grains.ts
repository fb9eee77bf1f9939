/** Unix ms; `toMs` is exclusive. */
export interface Stretch {
  fromMs: number;
  toMs: number;
}

/** Which sums a stretch of time is read from: the coarsest that lie wholly within it. */
export interface UsageGrains {
  quarters: Stretch[];
  days: Stretch[];
  months: Stretch[];
}

type Unit = 'day' | 'month';

/**
 * Takes the stretches between boundaries (ascending, Unix ms) apart into whole UTC months, whole UTC days and the
 * quarter hours between them. No grain reaches over a boundary, and neighbours of a grain are one stretch.
 */
export function toUsageGrains(boundaries: readonly number[], coarsest: Unit): UsageGrains {
  const grains: UsageGrains = { quarters: [], days: [], months: [] };
  for (const [index, fromMs] of boundaries.slice(0, -1).entries()) {
    const toMs = boundaries[index + 1] ?? fromMs;
    split('day', { fromMs, toMs }, grains.quarters, (days) => {
      if (coarsest === 'day') extend(grains.days, days);
      else split('month', days, grains.days, (months) => extend(grains.months, months));
    });
  }
  return grains;
}

/** What is no whole unit goes to `fine`, the whole units to `coarse`. */
function split(
  unit: Unit,
  { fromMs, toMs }: Stretch,
  fine: Stretch[],
  coarse: (whole: Stretch) => void,
): void {
  const whole = { fromMs: ceil(unit, fromMs), toMs: floor(unit, toMs) };
  if (whole.fromMs >= whole.toMs) {
    extend(fine, { fromMs, toMs });
    return;
  }
  extend(fine, { fromMs, toMs: whole.fromMs });
  coarse(whole);
  extend(fine, { fromMs: whole.toMs, toMs });
}

function extend(stretches: Stretch[], { fromMs, toMs }: Stretch): void {
  if (fromMs >= toMs) return;
  const last = stretches.at(-1);
  if (last?.toMs === fromMs) last.toMs = toMs;
  else stretches.push({ fromMs, toMs });
}

function floor(unit: Unit, ms: number): number {
  const at = new Date(ms);
  at.setUTCHours(0, 0, 0, 0);
  if (unit === 'month') at.setUTCDate(1);
  return at.getTime();
}

function ceil(unit: Unit, ms: number): number {
  const start = floor(unit, ms);
  if (start === ms) return ms;
  const at = new Date(start);
  if (unit === 'day') at.setUTCDate(at.getUTCDate() + 1);
  else at.setUTCMonth(at.getUTCMonth() + 1);
  return at.getTime();
}
