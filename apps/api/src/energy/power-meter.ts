import type { PowerStep } from '@ollameter/cost-model';

/** What the power of some time is known from. */
export interface MeteredPower {
  /** Covers the time asked for: the first step is in force at its start. */
  readonly steps: readonly [PowerStep, ...PowerStep[]];
  /** Which meter told it. */
  readonly source: 'constant';
  /** What that meter sees; `constant` sees nothing. */
  readonly scope: 'constant';
}

/** A source of a host's power. */
export abstract class PowerMeter {
  /** The host's draw from `fromUs` (Unix µs) on. */
  abstract power(host: string, fromUs: number): MeteredPower;
}
