import type { ServedRequest } from './model-report.repository';

/** How long a model would have been kept in memory without work, and how often it would have been loaded. */
export interface KeepAliveOutcome {
  readonly warmSeconds: number;
  readonly coldStarts: number;
}

/**
 * What a `keep_alive` does to one model's requests on one host: after each stretch of work it stays for that long or
 * until the next request; a longer pause ends in a cold start.
 * @param requests by their start
 * @param seconds null keeps it until `endUs`
 */
export function simulateKeepAlive(
  requests: readonly ServedRequest[],
  seconds: number | null,
  endUs: number,
): KeepAliveOutcome {
  const keepUs = seconds === null ? Infinity : seconds * 1e6;
  let warmUs = 0;
  let coldStarts = 0;
  let busyToUs: number | null = null;
  for (const { fromUs, toUs } of requests) {
    if (busyToUs === null) coldStarts += 1;
    else if (fromUs > busyToUs) {
      warmUs += Math.min(keepUs, fromUs - busyToUs);
      if (fromUs - busyToUs > keepUs) coldStarts += 1;
    }
    busyToUs = Math.max(busyToUs ?? -Infinity, toUs);
  }
  if (busyToUs !== null) warmUs += Math.min(keepUs, Math.max(0, endUs - busyToUs));
  return { warmSeconds: warmUs / 1e6, coldStarts };
}

/** Seconds in which at least one of the requests was active; by their start. */
export function busySeconds(requests: readonly ServedRequest[]): number {
  let [sumUs, coveredToUs] = [0, -Infinity];
  for (const { fromUs, toUs } of requests) {
    sumUs += Math.max(0, toUs - Math.max(fromUs, coveredToUs));
    coveredToUs = Math.max(coveredToUs, toUs);
  }
  return sumUs / 1e6;
}
