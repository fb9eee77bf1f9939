import { RESOLUTION_MS } from './idle-process.ts';
import type { SoakReport } from './soak.ts';

const MAX_GROWTH = 1.15;
/** The collector's freedom on a small heap. */
const FREE_GROWTH_MB = 24;
/** On a machine that lets an idle process run as soon as it would; else as many times more as that one waits. */
const MAX_EVENT_LOOP_P99_MS = 20;
/** Pools to PostgreSQL, Redis and Ollama stay open. */
const POOLED_FILES = 40;
const MAX_SPOOL_FILES = 8;
/** What the load brings even a busy machine to do; with less nothing was soaked. */
const MIN_WHOLE_ANSWERS_PER_SECOND = 5;
/** nginx gives each of two about half. */
const MIN_SHARE_OF_A_REPLICA = 0.25;

/** What of a run is not as it must be; nothing of a good one. */
export function complaints(report: SoakReport): string[] {
  const found = report.surprises.slice(0, 10).map((surprise) => `a client was surprised: ${surprise}`);
  if (report.wholeAnswers < report.seconds * MIN_WHOLE_ANSWERS_PER_SECOND)
    found.push(`only ${report.wholeAnswers} whole answers in ${report.seconds} s: too little load to tell`);
  for (const [kind, count] of Object.entries(report.asked))
    if (count === 0) found.push(`no client was of the kind ${kind}`);
  const settled = report.replicas.reduce((sum, { after }) => sum + after.settledRequests, 0);
  if (report.missingRows !== 0) found.push(`${report.missingRows} whole answers have no row`);
  const maxEventLoopP99Ms = (MAX_EVENT_LOOP_P99_MS * report.idleEventLoopP99Ms) / RESOLUTION_MS;
  const idleP99 = report.idleEventLoopP99Ms.toFixed(1);
  for (const [index, replica] of report.replicas.entries()) {
    const { residentMbEarly, residentMbLate, openFilesBefore, after } = replica;
    const say = (complaint: string) => found.push(`replica ${index}: ${complaint}`);
    if (after.settledRequests < settled * MIN_SHARE_OF_A_REPLICA)
      say(`it had only ${after.settledRequests} of ${settled} requests`);
    if (!(residentMbLate <= residentMbEarly * MAX_GROWTH + FREE_GROWTH_MB))
      say(`memory grew from ${residentMbEarly} to ${residentMbLate} MB`);
    if (!(replica.eventLoopP99Ms < maxEventLoopP99Ms))
      say(`the event loop's p99 is ${replica.eventLoopP99Ms.toFixed(1)} ms, of an idle process ${idleP99}`);
    if (after.slotsTaken !== 0) say(`${after.slotsTaken} slots are still taken`);
    if (after.spoolRecords !== 0) say(`${after.spoolRecords} records are still in the spool`);
    if (after.spoolFiles > MAX_SPOOL_FILES) say(`${after.spoolFiles} files are in the spool's folder`);
    if (
      after.openFiles !== null &&
      openFilesBefore !== null &&
      after.openFiles > openFilesBefore + POOLED_FILES
    )
      say(`${after.openFiles} files are open, ${openFilesBefore} were before`);
  }
  return found;
}
