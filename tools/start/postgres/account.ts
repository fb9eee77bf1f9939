import { execFileSync, spawnSync } from 'node:child_process';
import { StartError } from '../start-error.ts';

/** Whom a process runs as. */
export interface Account {
  uid: number;
  gid: number;
  name: string;
}

/**
 * PostgreSQL refuses to run as root. Null for an ordinary user; for root an account that exists, none is made or changed.
 * @throws StartError where there is none.
 */
export function serverAccount(): Account | null {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string) =>
        Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }).toString());
      return { name, uid: id('-u'), gid: id('-g') };
    } catch {
      // The next one.
    }
  }
  throw new StartError(
    'PostgreSQL cannot run as root and this machine has neither the account postgres nor nobody: start as an ordinary user, or set DATABASE_URL.',
  );
}

/** True where the account gets through every folder above the path and into it; asked of the kernel itself. */
export function reaches(account: Account, path: string): boolean {
  const { status } = spawnSync('/bin/sh', ['-c', '[ -x "$0" ]', path], {
    uid: account.uid,
    gid: account.gid,
    cwd: '/',
    stdio: 'ignore',
  });
  return status === 0;
}
