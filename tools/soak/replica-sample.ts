import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

/** What one replica holds at one moment. */
export interface ReplicaSample {
  atMs: number;
  residentMb: number;
  /** Sockets, files, pipes; null where the machine does not tell. */
  openFiles: number | null;
  /** 99th percentile of the event loop's delay since the sample before. */
  eventLoopP99Ms: number;
  slotsTaken: number;
  spoolRecords: number;
  spoolFiles: number;
  /** Requests with a key that it has settled since its start. */
  settledRequests: number;
}

/**
 * Reads a replica from outside: its process, its folder, its metrics.
 * @throws Error where the replica does not answer or tells no such metric: a figure that is missing is not 0.
 */
export async function sampleReplica(pid: number, adminUrl: string, dataDir: string): Promise<ReplicaSample> {
  const answer = await fetch(`${adminUrl}/metrics`);
  if (!answer.ok) throw new Error(`/metrics answers ${answer.status}`);
  const metrics = await answer.text();
  const value = (name: string) => {
    if (!metrics.includes(`# TYPE ${name} `)) throw new Error(`/metrics has no ${name}`);
    return [...metrics.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))].reduce(
      (sum, [, text]) => sum + Number(text),
      0,
    );
  };
  return {
    atMs: Date.now(),
    residentMb: Math.round(
      Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024,
    ),
    openFiles: process.platform === 'linux' ? readdirSync(`/proc/${pid}/fd`).length : null,
    eventLoopP99Ms: value('ollameter_nodejs_eventloop_lag_p99_seconds') * 1000,
    slotsTaken: value('ollameter_slots_busy'),
    spoolRecords: value('ollameter_spool_records'),
    spoolFiles: readdirSync(`${dataDir}/spool`).length,
    settledRequests: value('ollameter_requests_total'),
  };
}
