import { divideHalfEven, type MeteredSpan } from '@ollameter/cost-model';
import type { DeviceReading } from './meter-driver';

/** A reading and when it was taken, Unix µs. */
export interface TimedReading extends DeviceReading {
  readonly atUs: number;
}

const CALIBRATION_SCALE = 1_000_000;
/** A sample that is this many intervals late leaves a gap: how the energy lay in it is unknown. */
const GAP_INTERVALS = 3;
/**
 * A counter that is told in coarse steps (Prometheus between two scrapes, a sensor of hundredths of a kWh) stands still
 * and then jumps. The jump belongs to all of the time since it last moved; over longer than this, µs, nobody knows how.
 */
const MAX_STANDSTILL_US = 120_000_000;
/** A day of samples every four seconds; what is older is settled. */
const MAX_SPANS = 20_000;

/**
 * A meter's readings as spans of known energy. From counters the difference, across one wrap where the device tells
 * where it wraps; a reset is unknown and never a spike. Without a counter the mean of two samples' power.
 */
export class MeterTimeline {
  private readonly closeSpans: MeteredSpan[] = [];
  private readonly allSpans: MeteredSpan[] = [];
  private last: TimedReading | null = null;
  /** Where the next span begins: the last reading, or the first of those that a counter stood still in. */
  private base: TimedReading | null = null;
  /** The base is where the counter was seen to move; when it had moved before is unknown otherwise. */
  private hasMoved = false;
  /** Samples are missing since the base. */
  private hasGap = false;
  private readonly calibration: bigint;

  constructor(
    calibration: number,
    private readonly intervalMs: number,
  ) {
    this.calibration = BigInt(Math.round(calibration * CALIBRATION_SCALE));
  }

  /** Energies between readings that followed each other, in the order of time. */
  get steps(): readonly MeteredSpan[] {
    return this.closeSpans;
  }

  /** The steps and, of a counter that cannot have wrapped, the sums of the gaps between them. */
  get known(): readonly MeteredSpan[] {
    return this.allSpans;
  }

  get lastReading(): TimedReading | null {
    return this.last;
  }

  /** Readings to come tell of no time before this, Unix µs; Infinity before the first reading. */
  get nextFromUs(): number {
    return this.base?.atUs ?? Infinity;
  }

  /** Up to here the energy is known, Unix µs; 0 before the second reading. */
  get coveredToUs(): number {
    return this.closeSpans.at(-1)?.toUs ?? 0;
  }

  add(reading: TimedReading): void {
    const { last, base } = this;
    if (last !== null && reading.atUs <= last.atUs) return;
    if (last !== null && reading.atUs - last.atUs > GAP_INTERVALS * this.intervalMs * 1_000)
      this.hasGap = true;
    this.last = reading;
    const energyPj =
      base === null ? null : this.hasGap ? energyOfGap(base, reading) : energyBetween(base, reading);
    if (energyPj === 0n && reading.milliwatts === null) return;
    const isWhole = this.hasMoved || last === base;
    if (base !== null && energyPj !== null && isWhole) {
      const span = { fromUs: base.atUs, toUs: reading.atUs, energyPj: this.calibrated(energyPj) };
      const isClose = !this.hasGap && (span.toUs - span.fromUs <= MAX_STANDSTILL_US || last === base);
      push(this.allSpans, span);
      if (isClose) push(this.closeSpans, span);
    }
    this.hasMoved = energyPj !== null;
    this.base = reading;
    this.hasGap = false;
  }

  /** Whole device energy, calibrated, of one reading's counters; null where it has none. */
  counterPj(reading: TimedReading): bigint | null {
    if (reading.counters.length === 0) return null;
    return this.calibrated(reading.counters.reduce((sum, { picojoules }) => sum + picojoules, 0n));
  }

  private calibrated(picojoules: bigint): bigint {
    const scale = BigInt(CALIBRATION_SCALE);
    return this.calibration === scale ? picojoules : divideHalfEven(picojoules * this.calibration, scale);
  }
}

function push(spans: MeteredSpan[], span: MeteredSpan): void {
  if (spans.length >= MAX_SPANS) spans.splice(0, MAX_SPANS / 10);
  spans.push(span);
}

/** Energy between two readings of one device, pJ, without calibration; null where it is unknown. */
export function energyBetween(before: TimedReading, after: TimedReading): bigint | null {
  if (after.counters.length > 0 && before.counters.length > 0) return counted(before, after);
  if (before.milliwatts === null || after.milliwatts === null) return null;
  return (BigInt(before.milliwatts + after.milliwatts) * BigInt(after.atUs - before.atUs) * 1_000n) / 2n;
}

/** Of a gap only a counter knows the sum, and one that wraps may have done so more than once. */
function energyOfGap(before: TimedReading, after: TimedReading): bigint | null {
  const isCertain = after.counters.length > 0 && after.counters.every(({ wrapsAt }) => wrapsAt === null);
  return isCertain && before.counters.length > 0 ? counted(before, after) : null;
}

function counted(before: TimedReading, after: TimedReading): bigint | null {
  let sum = 0n;
  for (const counter of after.counters) {
    const earlier = before.counters.find(({ part }) => part === counter.part);
    if (earlier === undefined) return null;
    let delta = counter.picojoules - earlier.picojoules;
    if (delta < 0n) {
      if (counter.wrapsAt === null) return null;
      delta += counter.wrapsAt;
      // A wrap comes from near the end to near the start; more than half the range is a reset.
      if (delta < 0n || delta > counter.wrapsAt / 2n) return null;
    }
    sum += delta;
  }
  return after.counters.length === before.counters.length ? sum : null;
}
