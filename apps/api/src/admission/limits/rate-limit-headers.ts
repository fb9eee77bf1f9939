import type { ServerResponse } from 'node:http';
import type { Bucket, BucketState } from './limit-counters';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/**
 * Sets `x-ratelimit-{limit,remaining,reset}-{requests,tokens}` as OpenAI tells them, of the bucket that has the
 * smallest part of itself left. Nothing where nothing is limited.
 */
export function setRateLimitHeaders(
  response: ServerResponse,
  what: 'requests' | 'tokens',
  buckets: readonly Bucket[],
  states: readonly BucketState[],
): void {
  let tightest = -1;
  let least = Infinity;
  for (const [n, { remaining }] of states.entries()) {
    const part = remaining / (buckets[n]?.perMinute ?? 1);
    if (part < least) [tightest, least] = [n, part];
  }
  const [bucket, state] = [buckets[tightest], states[tightest]];
  if (bucket === undefined || state === undefined || response.headersSent) return;
  response.setHeader(`x-ratelimit-limit-${what}`, String(bucket.perMinute));
  response.setHeader(`x-ratelimit-remaining-${what}`, String(state.remaining));
  response.setHeader(`x-ratelimit-reset-${what}`, goDuration(state.resetMs));
}

/** A duration as Go's `time.Duration` prints it, which is what OpenAI's headers hold: `12ms`, `1.5s`, `6m0s`. */
export function goDuration(ms: number): string {
  if (ms === 0) return '0s';
  if (ms < SECOND_MS) return `${ms}ms`;
  const minutes = Math.floor(ms / MINUTE_MS);
  const seconds = `${(ms % MINUTE_MS) / SECOND_MS}s`;
  if (minutes === 0) return seconds;
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${minutes}m${seconds}` : `${hours}h${minutes % 60}m${seconds}`;
}
