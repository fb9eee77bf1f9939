import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '../start-error.ts';
import type { Account } from './account.ts';
import { makeClusterFolder, type ServerFiles } from './server-files.ts';
import { executable, identity, serverEnvironment, SUPERUSER, temporaryFolder } from './server-process.ts';

/** The password is the cluster's: made with it, kept beside it. */
export function readPassword(path: string, clusterFolder: string): string {
  if (existsSync(path)) return readFileSync(path, 'utf8').trim();
  if (existsSync(join(clusterFolder, 'PG_VERSION')))
    throw new StartError(
      `The password of the database in ${clusterFolder} is missing: restore the file ${path}.`,
    );
  const password = randomBytes(24).toString('base64url');
  writeFileSync(path, `${password}\n`, { mode: 0o600 });
  return password;
}

/** @throws StartError where the data was made by another major version than the programs are of. */
export function refuseOtherMajor({ binFolder, clusterFolder }: ServerFiles): void {
  const made = readFileSync(join(clusterFolder, 'PG_VERSION'), 'utf8').trim();
  const version = execFileSync(join(binFolder, executable('postgres')), ['--version'], { encoding: 'utf8' });
  const runs = / (\d+)/.exec(version)?.[1] ?? '';
  if (made !== runs)
    throw new StartError(
      `The data in ${clusterFolder} is of PostgreSQL ${made} and this release runs ${runs}: ` +
        'run `npm run backup` with the old release, then `npm run restore` with this one.',
    );
}

/** A cluster is complete or absent: it is made beside its place and moved there. */
export function initialise(files: ServerFiles, account: Account | null, password: string): void {
  console.log('Making the database (once, a few seconds) …');
  const unfinished = `${files.clusterFolder}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  makeClusterFolder(unfinished, account);
  const passwordFolder = temporaryFolder(account);
  const passwordFile = join(passwordFolder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account !== null) chownSync(passwordFile, account.uid, account.gid);
  try {
    execFileSync(
      join(files.binFolder, executable('initdb')),
      [
        '-D',
        unfinished,
        '-U',
        SUPERUSER,
        '--pwfile',
        passwordFile,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        ...locale(),
      ],
      { ...identity(account), cwd: unfinished, env: serverEnvironment(), stdio: 'pipe' },
    );
    makeWay(files.clusterFolder);
    renameSync(unfinished, files.clusterFolder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    const said = (error as { stderr?: Buffer }).stderr?.toString().trim().split('\n') ?? [];
    throw new StartError(
      `The database cannot be made: ${said.findLast((line) => /error|fatal/i.test(line)) ?? (error as Error).message}`,
    );
  } finally {
    rmSync(passwordFolder, { recursive: true, force: true });
  }
}

/** What stands in the cluster's place without being a cluster is kept, not deleted. */
function makeWay(clusterFolder: string): void {
  if (existsSync(clusterFolder)) renameSync(clusterFolder, `${clusterFolder}.old-${Date.now()}`);
}

/** Trigrams of anything but ASCII need a Unicode ctype; every platform calls it differently. */
function locale(): string[] {
  if (process.platform === 'win32')
    return ['--no-locale', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  return [process.platform === 'darwin' ? '--locale=en_US.UTF-8' : '--locale=C.UTF-8'];
}
