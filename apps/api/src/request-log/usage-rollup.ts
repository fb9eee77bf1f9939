import type { AnswerRecord } from '../exchange/exchange-record';
import { histogramBin, SPEED_SCALE } from './histogram';

export const NIL_KEY_ID = '00000000-0000-0000-0000-000000000000';
/** The Max UUID (RFC 9562 §5.10): all keys together. */
export const ALL_KEYS_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
export const UNKNOWN_MODEL = '(unknown)';
const BUCKET_MS = 15 * 60 * 1000;

/** What one batch adds to one rollup row. */
export interface RollupDelta {
  bucketMs: number;
  keyId: string;
  model: string;
  endpoint: string;
  outcome: string;
  host: string;
  requests: number;
  promptTokens: number;
  completionTokens: number;
  durationMs: number;
  queueMs: number;
  loadMs: number;
  promptMs: number;
  generateMs: number;
  durationHistogram: number[];
  ttftHistogram: number[];
  speedHistogram: number[];
}

/** Sums rows per bucket × key × model × endpoint × outcome × host, in the order in which the rows are to be locked. */
export function rollUp(records: readonly AnswerRecord[]): RollupDelta[] {
  const deltas = new Map<string, RollupDelta>();
  for (const record of records) {
    const delta = emptyDelta(record);
    const key = JSON.stringify([
      delta.bucketMs,
      delta.keyId,
      delta.model,
      delta.endpoint,
      delta.outcome,
      delta.host,
    ]);
    const sum = deltas.get(key) ?? delta;
    deltas.set(key, sum);
    sum.requests++;
    sum.promptTokens += record.promptTokens ?? 0;
    sum.completionTokens += record.completionTokens ?? 0;
    sum.durationMs += record.durationMs;
    sum.queueMs += record.queueMs ?? 0;
    sum.loadMs += record.loadMs ?? 0;
    sum.promptMs += record.promptMs ?? 0;
    sum.generateMs += record.generateMs ?? 0;
    count(sum.durationHistogram, record.durationMs);
    count(sum.ttftHistogram, record.ttftMs);
    count(sum.speedHistogram, record.tokensPerSecond === null ? null : record.tokensPerSecond * SPEED_SCALE);
  }
  return [...deltas.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, delta]) => delta);
}

function emptyDelta(record: AnswerRecord): RollupDelta {
  return {
    bucketMs: Math.floor(record.atMs / BUCKET_MS) * BUCKET_MS,
    keyId: record.keyId ?? NIL_KEY_ID,
    model: record.model ?? UNKNOWN_MODEL,
    endpoint: record.endpoint,
    outcome: record.outcome,
    host: record.host ?? '',
    requests: 0,
    promptTokens: 0,
    completionTokens: 0,
    durationMs: 0,
    queueMs: 0,
    loadMs: 0,
    promptMs: 0,
    generateMs: 0,
    durationHistogram: [],
    ttftHistogram: [],
    speedHistogram: [],
  };
}

function count(histogram: number[], value: number | null): void {
  if (value === null) return;
  const bin = histogramBin(value);
  while (histogram.length <= bin) histogram.push(0);
  histogram[bin] = (histogram[bin] ?? 0) + 1;
}
