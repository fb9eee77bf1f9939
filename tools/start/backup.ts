import { spawn } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIfChanged } from './build.ts';
import { ended } from './child.ts';
import { prepareDataFolder } from './data-folder.ts';
import { DataLock } from './data-lock.ts';
import { given, readDotEnv } from './dot-env.ts';
import { EmbeddedPostgres } from './postgres/embedded-postgres.ts';
import { StartError } from './start-error.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * `npm run backup [-- FOLDER]` and `npm run restore -- FOLDER`: of DATABASE_URL, or of the embedded database, which is
 * used where it runs and started where not. Resolves to the exit code.
 * @throws StartError for a restore into data in use.
 */
export async function backupOrRestore(
  command: 'backup' | 'restore',
  folder: string | undefined,
): Promise<number> {
  if (command === 'restore' && folder === undefined)
    throw new StartError('Which backup? Usage: npm run restore -- FOLDER');
  const settings = readDotEnv(join(root, '.env'), process.env);
  await buildIfChanged(root);
  const dataDir = prepareDataFolder(root, given(settings, 'DATA_DIR') ?? './.data');
  const run = (databaseUrl: string | undefined) =>
    runInApi([command, ...(folder === undefined ? [] : [resolve(folder)])], {
      ...settings,
      DATA_DIR: dataDir,
      DATABASE_URL: databaseUrl,
    });
  const external = given(settings, 'DATABASE_URL');
  if (external !== undefined) return run(external);
  const running = command === 'backup' ? EmbeddedPostgres.urlOfRunning(root, dataDir) : null;
  if (running !== null) return run(running);

  const lock = await DataLock.take(dataDir);
  try {
    const postgres = await EmbeddedPostgres.start({ root, dataDir });
    return await run(postgres.databaseUrl).finally(() => postgres.stop());
  } finally {
    lock.release();
  }
}

async function runInApi(
  args: readonly string[],
  environment: Record<string, string | undefined>,
): Promise<number> {
  const main = join(root, 'apps/api/dist/backup/main.js');
  const child = spawn(process.execPath, ['--no-warnings', main, ...args], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await ended(child);
  return child.exitCode ?? 1;
}
