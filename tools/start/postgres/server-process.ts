import { chmodSync, chownSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account } from './account.ts';

/** The cluster's superuser, and the one that the gateway uses. */
export const SUPERUSER = 'ollameter';

const MAX_SOCKET_FOLDER_LENGTH = 80;

/** A new folder of mode 0700 with a short path, owned by the server's account. */
export function temporaryFolder(account: Account | null): string {
  const base = account === null && tmpdir().length <= MAX_SOCKET_FOLDER_LENGTH ? tmpdir() : '/tmp';
  const folder = mkdtempSync(join(base, 'ollameter-'));
  chmodSync(folder, 0o700);
  if (account !== null) chownSync(folder, account.uid, account.gid);
  return folder;
}

/** The program's file name on this platform. */
export function executable(name: string): string {
  return process.platform === 'win32' ? `${name}.exe` : name;
}

/** Whom a child of ours is to run as; nothing where it runs as we do. */
export function identity(account: Account | null): { uid?: number; gid?: number } {
  return account === null ? {} : { uid: account.uid, gid: account.gid };
}

/** PGDATA and its kin are for the user's other servers. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG')));
}
