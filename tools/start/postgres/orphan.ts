import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { commandLineOf, goneWithin, isAlive } from '../process-identity.ts';
import { StartError } from '../start-error.ts';

const FAST_SHUTDOWN_MS = 10_000;
const KILL_MS = 5_000;

/**
 * Ends a server that a killed start left behind on this data, and clears what it left. The caller holds the data
 * folder's lock, so no server in use is meant.
 */
export async function endOrphan(clusterFolder: string): Promise<void> {
  const pidFile = join(clusterFolder, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  // Lines: pid, data directory, start time, port, socket directory, …
  const lines = readFileSync(pidFile, 'utf8').split('\n');
  const pid = Number(lines[0]);
  if (isServerOf(pid, clusterFolder)) {
    console.log(`A PostgreSQL that a killed start left behind (pid ${pid}) is stopped …`);
    process.kill(pid, 'SIGINT');
    if (!(await goneWithin(pid, FAST_SHUTDOWN_MS))) process.kill(pid, 'SIGKILL');
    if (!(await goneWithin(pid, KILL_MS)))
      throw new StartError(
        `The PostgreSQL with pid ${pid} on ${clusterFolder} does not end: stop it by hand.`,
      );
  }
  rmSync(pidFile, { force: true });
  const socketFolder = lines[4] ?? '';
  if (basename(socketFolder).startsWith('ollameter-')) rmSync(socketFolder, { recursive: true, force: true });
}

function isServerOf(pid: number, clusterFolder: string): boolean {
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return false;
  const commandLine = commandLineOf(pid);
  return commandLine === 'unknown' || commandLine.includes(clusterFolder);
}
