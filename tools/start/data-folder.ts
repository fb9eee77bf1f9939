import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { StartError } from './start-error.ts';

/** An empty cluster takes 40 MB, its write-ahead log up to 80 more, and the spool wants room too. */
const NEEDED_MB = 256;

/**
 * Makes the data folder and proves that it can be written to.
 * @returns its absolute path.
 * @throws StartError where it is read-only, full, or no folder.
 */
export function prepareDataFolder(root: string, setting: string): string {
  const dataDir = resolve(root, setting);
  const probe = join(dataDir, `.probe-${process.pid}`);
  try {
    if (!existsSync(dataDir)) {
      // On a read-only disk `mkdir` speaks of a missing folder; `access` tells the reason.
      accessSync(nearestFolder(dataDir), constants.W_OK);
      makeFolder(dataDir);
      // Root's PostgreSQL runs under another account, which must get through; what is secret inside is 0600.
      chmodSync(dataDir, process.getuid?.() === 0 ? 0o711 : 0o700);
    }
    writeFileSync(probe, Buffer.alloc(65_536));
    rmSync(probe);
  } catch (error) {
    rmProbe(probe);
    throw new StartError(explain(dataDir, error as NodeJS.ErrnoException));
  }
  const { bavail, bsize } = statfsSync(dataDir);
  const freeMb = Math.floor((bavail * bsize) / 1024 / 1024);
  if (freeMb < NEEDED_MB)
    throw new StartError(
      `The data folder ${dataDir} is full: ${freeMb} MB are free, ${NEEDED_MB} MB are needed (DATA_DIR).`,
    );
  return dataDir;
}

function nearestFolder(path: string): string {
  const parent = dirname(path);
  return parent === path || existsSync(parent) ? parent : nearestFolder(parent);
}

/** One after the other: `recursive` never ends where a folder that exists lets none be made in it, as in `/proc`. */
function makeFolder(path: string): void {
  const parent = dirname(path);
  if (!existsSync(parent)) makeFolder(parent);
  mkdirSync(path);
}

function rmProbe(probe: string): void {
  try {
    rmSync(probe, { force: true });
  } catch {
    // The reason is told already.
  }
}

function explain(dataDir: string, error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `The data folder ${dataDir} cannot be written to (${error.code}): make it writable or set DATA_DIR.`;
    case 'ENOSPC':
    case 'EDQUOT':
      return `The data folder ${dataDir} is full (${error.code}): free some space or set DATA_DIR.`;
    case 'ENOTDIR':
    case 'EEXIST':
      return `The data folder ${dataDir} is not a folder: set DATA_DIR to one.`;
    default:
      return `The data folder ${dataDir} cannot be used: ${error.message} (DATA_DIR)`;
  }
}
