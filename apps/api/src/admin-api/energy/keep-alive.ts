import type { TimeSpan } from '@ollameter/cost-model';
import type { ServedRequest } from './model-report.repository';

/** How long hosts would have been kept warm without work, and how often a model would have been loaded. */
export interface KeepAliveOutcome {
  /** Time in which a host does nothing but keep at least one model in memory. */
  readonly warmSeconds: number;
  readonly coldStarts: number;
}

/**
 * What a `keep_alive` does: after each stretch of work a model stays for that long or until its next request; a longer
 * pause ends in a cold start, and so does every model's first request. Two models that are warm on one host are kept
 * by one machine, and while it works for one of them it keeps none.
 * @param requests by their start
 * @param seconds null keeps a model until `endUs`
 */
export function simulateKeepAlive(
  requests: readonly ServedRequest[],
  seconds: number | null,
  endUs: number,
): KeepAliveOutcome {
  const keepUs = seconds === null ? Infinity : seconds * 1e6;
  let coldStarts = 0;
  let warmUs = 0;
  for (const ofHost of Map.groupBy(requests, ({ host }) => host).values()) {
    const kept: TimeSpan[] = [];
    for (const ofModel of Map.groupBy(ofHost, ({ model }) => model).values()) {
      const busy = union(ofModel);
      coldStarts += 1;
      for (const [index, { toUs }] of busy.entries()) {
        const nextUs = busy[index + 1]?.fromUs;
        kept.push({ fromUs: toUs, toUs: Math.max(toUs, Math.min(toUs + keepUs, nextUs ?? endUs)) });
        if (nextUs !== undefined && nextUs - toUs > keepUs) coldStarts += 1;
      }
    }
    const busy = union(ofHost);
    warmUs += lengthUs(union([...busy, ...kept].toSorted(byStart))) - lengthUs(busy);
  }
  return { warmSeconds: warmUs / 1e6, coldStarts };
}

/** Seconds in which at least one of the requests was active; by their start. */
export function busySeconds(requests: readonly ServedRequest[]): number {
  return lengthUs(union(requests)) / 1e6;
}

/** Spans that do not touch, which cover the same time; by their start. */
function union(spans: readonly TimeSpan[]): TimeSpan[] {
  const merged: { fromUs: number; toUs: number }[] = [];
  for (const { fromUs, toUs } of spans) {
    const last = merged.at(-1);
    if (last !== undefined && fromUs <= last.toUs) last.toUs = Math.max(last.toUs, toUs);
    else merged.push({ fromUs, toUs });
  }
  return merged;
}

function lengthUs(spans: readonly TimeSpan[]): number {
  return spans.reduce((sum, { fromUs, toUs }) => sum + toUs - fromUs, 0);
}

function byStart(a: TimeSpan, b: TimeSpan): number {
  return a.fromUs - b.fromUs;
}
