/**
 * What a host draws from an instant until the next step's. A constant meter knows one pair of values; a metered
 * sample sets both to what was read, since the draw is then known whatever the host was doing.
 */
export interface PowerStep {
  /** Unix µs. */
  readonly fromUs: number;
  /** Integer mW while at least one request is active. */
  readonly activeMilliwatts: number;
  /** Integer mW while none is. */
  readonly idleMilliwatts: number;
}
