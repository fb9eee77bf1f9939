import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIfChanged } from './build.ts';
import { ended } from './child.ts';
import { prepareDataFolder } from './data-folder.ts';
import { DataLock } from './data-lock.ts';
import { given, readDotEnv } from './dot-env.ts';
import { EmbeddedPostgres } from './postgres/embedded-postgres.ts';
import { StartError } from './start-error.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** What `npm run` runs on the database: the API's entry that does it, and whether the gateway may run meanwhile. */
const COMMANDS = {
  backup: { entry: 'backup/main.js', usage: 'npm run backup [-- FOLDER]', besideGateway: true },
  restore: { entry: 'backup/main.js', usage: 'npm run restore -- FOLDER', besideGateway: false },
  import: { entry: 'import/main.js', usage: 'npm run import [-- DATABASE_URL]', besideGateway: true },
  admin: { entry: 'admin-cli/main.js', usage: 'npm run admin -- reset EMAIL', besideGateway: true },
} as const;

/** How many arguments each takes, from and to. */
const ARGUMENTS: Record<DatabaseCommand, readonly [number, number]> = {
  backup: [0, 1],
  restore: [1, 1],
  import: [0, 1],
  admin: [2, 2],
};

export type DatabaseCommand = keyof typeof COMMANDS;

export function isDatabaseCommand(text: string | undefined): text is DatabaseCommand {
  return text !== undefined && Object.hasOwn(COMMANDS, text);
}

/**
 * Runs a command on DATABASE_URL, or on the embedded database, which is used where it runs and started where not.
 * Resolves to the exit code.
 * @throws StartError for wrong arguments, and where the gateway runs and must not.
 */
export async function runDatabaseCommand(command: DatabaseCommand, args: readonly string[]): Promise<number> {
  const { entry, usage, besideGateway } = COMMANDS[command];
  const [least, most] = ARGUMENTS[command];
  if (args.length < least || args.length > most) throw new StartError(`Usage: ${usage}`);
  const settings = readDotEnv(join(root, '.env'), process.env);
  await buildIfChanged(root);
  const dataDir = prepareDataFolder(root, given(settings, 'DATA_DIR') ?? './.data');
  const run = (databaseUrl: string | undefined) =>
    runInApi([entry, ...(entry === 'backup/main.js' ? [command] : []), ...args], {
      ...settings,
      DATA_DIR: dataDir,
      DATABASE_URL: databaseUrl,
    });
  const external = given(settings, 'DATABASE_URL');
  if (external !== undefined) return run(external);
  const running = besideGateway ? EmbeddedPostgres.urlOfRunning(root, dataDir) : null;
  if (running !== null) return run(running);

  const lock = await DataLock.take(dataDir);
  try {
    const postgres = await EmbeddedPostgres.start({ root, dataDir });
    return await run(postgres.databaseUrl).finally(() => postgres.stop());
  } finally {
    lock.release();
  }
}

/** @param args the entry below the API's build, then its arguments; relative paths are the caller's. */
async function runInApi(
  [entry = '', ...args]: readonly string[],
  environment: Record<string, string | undefined>,
): Promise<number> {
  const main = join(root, 'apps/api/dist', entry);
  const child = spawn(process.execPath, ['--no-warnings', main, ...args], {
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await ended(child);
  return child.exitCode ?? 1;
}
