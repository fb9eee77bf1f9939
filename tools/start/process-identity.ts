import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** True while the process exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  // A zombie answers to signals and runs nothing.
  return process.platform !== 'linux' || !/^\d+ \(.*\) [ZX]/s.test(readProc(pid, 'stat'));
}

/** The command line of a process, `''` where it is gone or cannot be seen. A pid alone says little: pids come back. */
export function commandLineOf(pid: number): string {
  if (process.platform === 'linux') return readProc(pid, 'cmdline').replaceAll('\0', ' ');
  if (process.platform === 'win32') return isAlive(pid) ? 'unknown' : '';
  try {
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

/** Resolves to true once the process is gone, to false after the time. */
export async function goneWithin(pid: number, timeMs: number): Promise<boolean> {
  const until = Date.now() + timeMs;
  while (isAlive(pid)) {
    if (Date.now() > until) return false;
    await delay(50);
  }
  return true;
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
