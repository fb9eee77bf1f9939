/** One Ollama as the gateway sees it now. */
export interface HostStatus {
  name: string;
  url: string;
  demo: boolean;
  reachable: boolean;
  slots: number;
  running: number;
}

/** `GET /api/status`: what the portal's frame shows on every page. */
export interface GatewayStatus {
  version: string;
  /** True while only the demo host answers; everything is labelled then. */
  demo: boolean;
  gatewayUrl: string;
  timezone: string;
  currency: string;
  /** µ-currency per kWh in force now. */
  rateMicrosPerKwh: number;
  /** Watts drawn now by the constant meter: active watts while anything runs, else idle watts. */
  powerWatts: number;
  hosts: HostStatus[];
  queued: number;
  running: number;
  /** Records accepted and not yet in PostgreSQL. */
  spool: { records: number; bytes: number; oldestAgeMs: number };
  databaseReachable: boolean;
}
