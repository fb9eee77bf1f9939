import type { RunningExchange } from '../exchange/in-flight';

/** What other replicas may still claim of one host's time, as they last told. */
export interface ClaimsElsewhere {
  /** Who runs there. */
  running: readonly RunningExchange[];
  /** The earliest start among their records that are not stored yet, Unix µs. */
  unstoredFromUs: number | null;
  /** Up to here, Unix µs, the other replicas have told everything; Infinity where there are none. */
  toldToUs: number;
}

/** The other replicas, as the settler must know them. */
export abstract class OtherReplicas {
  abstract claimsOn(host: string): ClaimsElsewhere;
}
