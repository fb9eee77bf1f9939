import type { ChildProcess } from 'node:child_process';

/** Resolves when the process has ended, at once where it has. */
export function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
}

/** Asks the process to end, and kills it, with its group if it leads one, when it takes longer. */
export async function stop(child: ChildProcess, signal: NodeJS.Signals, patienceMs: number): Promise<void> {
  const timer = setTimeout(() => killGroup(child, 'SIGKILL'), patienceMs);
  killGroup(child, signal);
  await ended(child);
  clearTimeout(timer);
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    if (groupLeaders.has(child) && process.platform !== 'win32') process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // It ended meanwhile.
  }
}

const groupLeaders = new WeakSet<ChildProcess>();

/** A process that starts others (a watcher, Nx): signals go to all of them. It must be spawned detached. */
export function asGroup<T extends ChildProcess>(child: T): T {
  groupLeaders.add(child);
  return child;
}
