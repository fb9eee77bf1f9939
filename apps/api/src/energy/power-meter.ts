import type { MeterScope } from '@ollameter/admin-contract';
import type { PowerStep } from '@ollameter/cost-model';

/** What the power of some time is known from. */
export interface MeteredPower {
  /** Covers the time asked for: the first step is in force at its start. */
  readonly steps: readonly [PowerStep, ...PowerStep[]];
  /** The meter that told it. */
  readonly source: string;
  /** What that meter sees. Scopes are never added. */
  readonly scope: MeterScope;
  readonly quality: 'measured' | 'constant';
  /** Unix µs: after it a constant stands in for samples that are still to come. Infinity of a constant. */
  readonly coveredToUs: number;
}

/** What a host draws at this moment. */
export interface DrawNow {
  readonly watts: number;
  readonly quality: 'measured' | 'estimated' | 'constant';
  readonly source: string;
  readonly scope: MeterScope;
}

/** A source of a host's power. */
export abstract class PowerMeter {
  /** The host's draw from `fromUs` (Unix µs) on. */
  abstract power(host: string, fromUs: number): MeteredPower;

  /** @param active whether the gateway has a request on the host */
  abstract now(host: string, active: boolean): DrawNow;

  /** What a constant meter draws while this model is active, mW; undefined where it has no figure of its own. */
  abstract modelMilliwatts(host: string, model: string | null): number | undefined;

  /** Takes over meters that were changed. */
  abstract refresh(): Promise<void>;
}
