import type { Outcome } from './outcome';

export const PERIODS = ['today', 'week', 'month', 'year', 'all'] as const;
export type Period = (typeof PERIODS)[number];

export const BUCKETS = ['15m', 'hour', 'day', 'month'] as const;
export type Bucket = (typeof BUCKETS)[number];

/** Percentiles over completed requests, within 5 % (log-binned); null without samples. */
export interface Percentiles {
  durationMs: number | null;
  ttftMs: number | null;
  tokensPerSecond: number | null;
}

/** Totals of one period. `requests` counts completed ones; tokens, energy and cost are of all outcomes. */
export interface UsageTotals {
  requests: number;
  requestsByOutcome: Record<Outcome, number>;
  /** Rejected and failed. */
  errors: number;
  promptTokens: number;
  completionTokens: number;
  totalTokens: number;
  energyWh: number;
  energyPj: string;
  cost: string;
  costNumerator: string;
  currency: string;
  avgDurationMs: number | null;
  avgTokensPerSecond: number | null;
  p50: Percentiles;
  p95: Percentiles;
  p99: Percentiles;
  activeKeys: number;
}

/** `from` inclusive, `to` exclusive, both ISO with the zone's offset. */
export interface PeriodBounds {
  from: string;
  to: string;
  timezone: string;
}

/** `GET /api/analytics/overview`. `previous` is the period before, taken to the same point. */
export interface Overview extends UsageTotals {
  period: PeriodBounds;
  previous: UsageTotals & { period: PeriodBounds };
}

export interface SeriesPoint {
  /** Start of the bucket, ISO with the zone's offset. */
  at: string;
  group: string | null;
  requests: number;
  errors: number;
  totalTokens: number;
  energyWh: number;
  cost: string;
}

/** `GET /api/analytics/series`: every bucket present, empty ones as zeros. */
export interface Series {
  bucket: Bucket;
  groupBy: 'model' | 'key' | 'endpoint' | null;
  timezone: string;
  items: SeriesPoint[];
}

export const BREAKDOWN_KINDS = ['model', 'key', 'user', 'endpoint', 'outcome', 'host'] as const;
export type BreakdownBy = (typeof BREAKDOWN_KINDS)[number];

export interface BreakdownItem {
  id: string;
  name: string;
  requests: number;
  totalTokens: number;
  energyWh: number;
  cost: string;
  /** Of the period's requests, 0–1. */
  share: number;
}

/** `GET /api/analytics/breakdown`: the ten largest by requests, the rest summed in `other`. */
export interface Breakdown {
  items: BreakdownItem[];
  other: Omit<BreakdownItem, 'id' | 'name'> | null;
}
