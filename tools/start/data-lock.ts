import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLineOf, goneWithin, isAlive } from './process-identity.ts';
import { StartError } from './start-error.ts';

interface Holder {
  pid: number;
  /** The gateway process, once it runs: it outlives a killed starter for as long as it drains. */
  gatewayPid: number | null;
}

const DRAIN_WAIT_MS = 40_000;

/** One start on one data folder: a file with the holder's pid, taken over where that process is gone. */
export class DataLock {
  private readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** @throws StartError where another start holds the folder. */
  static async take(dataDir: string): Promise<DataLock> {
    const path = join(dataDir, 'lock');
    const own = `${path}.${process.pid}`;
    writeFileSync(own, JSON.stringify({ pid: process.pid, gatewayPid: null } satisfies Holder), {
      mode: 0o600,
    });
    try {
      while (!linked(own, path)) {
        const text = read(path);
        const holder = parse(text);
        if (holder !== null && isStart(holder.pid)) throw alreadyRuns(dataDir, holder.pid);
        if (holder?.gatewayPid != null) await letFinish(holder.gatewayPid);
        discard(path, text, `${own}.stale`);
      }
    } finally {
      rmSync(own, { force: true });
    }
    return new DataLock(path);
  }

  nameGateway(gatewayPid: number): void {
    writeFileSync(this.path, JSON.stringify({ pid: process.pid, gatewayPid } satisfies Holder), {
      mode: 0o600,
    });
  }

  release(): void {
    rmSync(this.path, { force: true });
  }
}

/** `link` makes the file with its content in one step, or fails where it exists. */
function linked(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function parse(text: string): Holder | null {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return null;
  }
}

function isStart(pid: number): boolean {
  const commandLine = commandLineOf(pid);
  return isAlive(pid) && (commandLine.includes('main.ts') || commandLine === 'unknown');
}

/** A gateway whose starter was killed drains by itself; it must be done before its database is taken. */
async function letFinish(gatewayPid: number): Promise<void> {
  if (!isAlive(gatewayPid) || !/apps[\\/]api[\\/]dist/.test(commandLineOf(gatewayPid))) return;
  console.log(`The gateway of a start that was killed (pid ${gatewayPid}) still finishes; waiting for it …`);
  if (!(await goneWithin(gatewayPid, DRAIN_WAIT_MS))) process.kill(gatewayPid, 'SIGKILL');
}

/** Two starts may find the same stale lock: the one that moved it away may be the later one, and puts it back. */
function discard(path: string, staleText: string, aside: string): void {
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (read(aside) !== staleText) linked(aside, path);
  rmSync(aside, { force: true });
}

function alreadyRuns(dataDir: string, pid: number): StartError {
  return new StartError(
    `Another Ollameter (pid ${pid}) runs on ${dataDir}. Stop it, or give this one its own DATA_DIR.`,
  );
}
