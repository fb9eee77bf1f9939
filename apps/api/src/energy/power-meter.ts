import type { HostPower, MeterScope } from '@ollameter/admin-contract';
import type { MeteredSpan, PowerStep } from '@ollameter/cost-model';

/** What the power of some time is known from. */
export interface MeteredPower {
  /** Covers the time asked for: the first step is in force at its start. */
  readonly steps: readonly [PowerStep, ...PowerStep[]];
  /** All that was metered by now from an instant on, of time that is settled too, with the sums of gaps. */
  readonly known: (fromUs: number) => readonly MeteredSpan[];
  /** Samples still to come tell of no time before this, Unix µs. */
  readonly nextFromUs: number;
  /** The meters that told it. */
  readonly source: string;
  /** What they see; of several, the first one's. Scopes that overlap are never added. */
  readonly scope: MeterScope;
  readonly quality: 'measured' | 'constant';
  /** Unix µs: after it a constant stands in for samples that are still to come. Infinity where none are. */
  readonly coveredToUs: number;
  /** Meters were changed at this instant: nothing here holds after it. Infinity where they were not. */
  readonly untilUs: number;
  /** Quality of the time after `untilUs`. */
  readonly nextQuality: 'measured' | 'constant' | null;
  /** What a constant draws while a model is active, mW, where it has a figure of its own. */
  readonly modelMilliwatts: ReadonlyMap<string, number>;
}

/** What a host draws at this moment. */
export type DrawNow = Omit<HostPower, 'host'>;

/** A source of a host's power. */
export abstract class PowerMeter {
  /** The host's draw from `fromUs` (Unix µs) on. */
  abstract power(host: string, fromUs: number): MeteredPower;

  /** @param active whether the gateway has a request on the host */
  abstract now(host: string, active: boolean): DrawNow;

  /** Takes over meters that were changed. */
  abstract refresh(): Promise<void>;
}
