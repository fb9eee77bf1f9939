/** One Ollama as the gateway sees it now. */
export interface HostStatus {
  name: string;
  /** Null for members. */
  url: string | null;
  demo: boolean;
  reachable: boolean;
  slots: number;
  running: number;
}

/** The spool between the requests and PostgreSQL. Counts are of this process. */
export interface SpoolStatus {
  /** Records accepted and not yet in PostgreSQL. */
  records: number;
  bytes: number;
  oldestAgeMs: number;
  /** Only `ok` takes new requests: `full` is near SPOOL_MAX_MB, the others are the disk's. */
  condition: 'ok' | 'full' | 'disk_full' | 'failing';
  acceptedRecords: number;
  storedRecords: number;
  /** Refused by PostgreSQL for their data; kept in the spool's `poison.jsonl`. */
  poisonRecords: number;
  /** accepted − stored − spooled − poison; anything but 0 is a defect. */
  unaccountedRecords: number;
}

/** `off` where there is no REDIS_URL: one gateway alone needs none. */
export type RedisState = 'off' | 'ok' | 'unreachable';

/** `off` where no tariff that prices something now or later has a price URL; `failing` where one's last fetch failed. */
export type PricesState = 'off' | 'ok' | 'failing';

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
  /** Watts drawn now by all hosts, by the meters in force; the demo host's only where there is no other. */
  powerWatts: number;
  hosts: HostStatus[];
  queued: number;
  running: number;
  spool: SpoolStatus;
  databaseReachable: boolean;
  /** Where it is `unreachable`, each gateway keeps to its part of slots and limits. */
  redis: RedisState;
  /** How fetching electricity prices goes; what failed, and why, is in `GET /api/tariffs`. */
  prices: PricesState;
  /** Gateways on this database, as last seen. */
  replicas: number;
}
