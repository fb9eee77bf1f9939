import type { MeterKind, MeterScope, MeterSettings } from '@ollameter/admin-contract';

/** What a device told, before calibration. At least one of the two is known. */
export interface DeviceReading {
  readonly milliwatts: number | null;
  /** The device's running total, pJ, by part (a card, a package); parts are added. */
  readonly counters: readonly DeviceCounter[];
}

export interface DeviceCounter {
  readonly part: string;
  readonly picojoules: bigint;
  /** Where the counter starts again at 0, pJ; null where a fall is a reset. */
  readonly wrapsAt: bigint | null;
}

/** A device that cannot be read; the message is fit for a person. */
export class MeterError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MeterError';
  }
}

/** What a driver needs of a meter. The secret is in the clear here and nowhere else. */
export interface DriverInput {
  readonly kind: MeterKind;
  readonly settings: MeterSettings;
  readonly secret: string | null;
  readonly timeoutMs: number;
}

export interface MeterDriver {
  /** What it sees; null where only its owner knows (a sensor of Home Assistant, a query of Prometheus). */
  readonly scope: MeterScope | null;
  /** @throws MeterError, HttpTextError */
  read(input: DriverInput): Promise<DeviceReading>;
}

/** What a sensor's noise may show below zero of a machine that is off. */
const NOISE_WATTS = -1;

/** @throws MeterError where it is negative: a plug the wrong way round, or a machine that feeds in */
export function ofWatts(watts: number): DeviceReading {
  if (watts < NOISE_WATTS) throw new MeterError(`tells ${watts} W; is the device the wrong way round?`);
  return { milliwatts: Math.round(Math.max(0, watts) * 1_000), counters: [] };
}

/** Parses JSON. @throws MeterError */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MeterError('answers no JSON');
  }
}

/** A field deep in parsed JSON; undefined where the way ends. */
export function fieldOf(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[key] : undefined,
    value,
  );
}

export function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
