import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { commandLineOf, goneWithin, isAlive } from '../process-identity.ts';
import { StartError } from '../start-error.ts';

const FAST_SHUTDOWN_MS = 10_000;
const KILL_MS = 5_000;

/** Where a server listens. */
export interface Address {
  /** A folder with a socket, or on Windows the loopback address. */
  host: string;
  port: number;
}

/** The server that runs on this cluster, by the file that PostgreSQL keeps; null where none does. */
export function runningServer(clusterFolder: string): (Address & { pid: number }) | null {
  // Lines: pid, data directory, start time, port, socket directory, address, …
  const lines = postmasterLines(clusterFolder);
  const pid = Number(lines[0]);
  if (!isServerOf(pid, clusterFolder)) return null;
  // No socket on Windows: the folder's line is empty.
  const host = [lines[4], lines[5]].map((line) => line?.trim() ?? '').find((line) => line !== '') ?? '';
  return { pid, port: Number(lines[3]), host };
}

function postmasterLines(clusterFolder: string): string[] {
  const pidFile = join(clusterFolder, 'postmaster.pid');
  return existsSync(pidFile) ? readFileSync(pidFile, 'utf8').split('\n') : [];
}

/**
 * Ends a server that a killed start left behind on this data, and clears what it left. The caller holds the data
 * folder's lock, so no server in use is meant.
 */
export async function endOrphan(clusterFolder: string): Promise<void> {
  const running = runningServer(clusterFolder);
  const socketFolder = postmasterLines(clusterFolder)[4] ?? '';
  if (running !== null) {
    const { pid } = running;
    console.log(`A PostgreSQL that a killed start left behind (pid ${pid}) is stopped …`);
    process.kill(pid, 'SIGINT');
    if (!(await goneWithin(pid, FAST_SHUTDOWN_MS))) process.kill(pid, 'SIGKILL');
    if (!(await goneWithin(pid, KILL_MS)))
      throw new StartError(
        `The PostgreSQL with pid ${pid} on ${clusterFolder} does not end: stop it by hand.`,
      );
  }
  rmSync(join(clusterFolder, 'postmaster.pid'), { force: true });
  if (basename(socketFolder).startsWith('ollameter-')) rmSync(socketFolder, { recursive: true, force: true });
}

function isServerOf(pid: number, clusterFolder: string): boolean {
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return false;
  const commandLine = commandLineOf(pid);
  return commandLine === 'unknown' || commandLine.includes(clusterFolder);
}
