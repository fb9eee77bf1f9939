import type { PowerStep } from '@ollameter/cost-model';

/** What the power of some time is known from. */
export interface MeteredPower {
  /** Covers the time asked for: the first step is in force at its start. */
  readonly steps: readonly [PowerStep, ...PowerStep[]];
  /** The meter that told it. */
  readonly source: string;
  /** What that meter sees: the wall plug, the chip, the card, or nothing (`constant`). Scopes are never added. */
  readonly scope: 'wall' | 'soc' | 'gpu' | 'constant';
  readonly quality: 'measured' | 'constant';
}

/** A source of a host's power. */
export abstract class PowerMeter {
  /** The host's draw from `fromUs` (Unix µs) on. */
  abstract power(host: string, fromUs: number): MeteredPower;
}
