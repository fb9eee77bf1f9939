import type { RunningExchange } from '../exchange/in-flight';

/** What one replica may still claim of one host's time; kept in `replica.claims`, by host. */
export interface HostClaims {
  running: RunningExchange[];
  /** Unix µs. */
  unstoredFromUs: number | null;
}

export type ReplicaClaims = Record<string, HostClaims>;

/** A replica's row as another one reads it. */
export interface ReplicaRow {
  id: string;
  /** Unix µs; PostgreSQL's bigint comes as text. */
  asOfUs: string;
  claims: ReplicaClaims;
}
