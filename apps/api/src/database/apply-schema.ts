import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { StartError } from '../config/start-error';

const MIN_SERVER_VERSION = 150_000;
/** Where the table `request_logs` of an older set-up is kept once our view has its name. */
export const OLDER_LOG_TABLE = 'request_logs_before';
/** Two processes that start at once must not both create the schema. Any fixed number does. */
const SCHEMA_LOCK = 7_305_411;
/** Every migration that this release knows; a database with another one was made by a newer release. */
export const KNOWN_MIGRATIONS: readonly string[] = ['Baseline1763942400000'];

/**
 * Brings the database to this release's schema.
 * @throws StartError with one line for a server that does not answer or is too old, and for a newer schema.
 */
export async function applySchema(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  await client.connect().catch((error: unknown) => {
    throw new StartError(`PostgreSQL does not answer (DATABASE_URL): ${(error as Error).message}`);
  });
  try {
    await refuseOldServer(client);
    await client.query('SELECT pg_advisory_lock($1)', [SCHEMA_LOCK]);
    await refuseNewerSchema(client);
    await setAsideOlderLog(client);
    await client.query(readFileSync(initSqlPath(), 'utf8'));
  } finally {
    await client.end();
  }
}

async function refuseOldServer(client: Client): Promise<void> {
  const { rows } = await client.query<{ number: number; version: string }>(
    "SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS version",
  );
  const [server] = rows;
  if (server !== undefined && server.number < MIN_SERVER_VERSION)
    throw new StartError(`PostgreSQL ${server.version} is too old: 15 or newer is needed (DATABASE_URL).`);
}

async function refuseNewerSchema(client: Client): Promise<void> {
  const exists = await client.query<{ found: boolean }>(
    "SELECT to_regclass('migrations') IS NOT NULL AS found",
  );
  if (exists.rows[0]?.found !== true) return;
  const { rows } = await client.query<{ name: string }>(
    'SELECT name FROM migrations WHERE NOT (name = ANY ($1))',
    [KNOWN_MIGRATIONS],
  );
  const [unknown] = rows;
  if (unknown !== undefined)
    throw new StartError(
      `This database has a newer schema (${unknown.name}) than this release knows. Install the newer release.`,
    );
}

/** The older set-up's table has the name of our view; `import` reads it under its new one. */
async function setAsideOlderLog(client: Client): Promise<void> {
  const { rows } = await client.query<{ found: boolean }>(
    "SELECT coalesce((SELECT relkind = 'r' FROM pg_class WHERE oid = to_regclass('request_logs')), false) AS found",
  );
  if (rows[0]?.found === true) await client.query(`ALTER TABLE request_logs RENAME TO ${OLDER_LOG_TABLE}`);
}

/** `init.sql` stands at the root of the repository and of the image. */
function initSqlPath(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const path = join(folder, 'init.sql');
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) throw new StartError('init.sql is missing from this installation.');
  }
}
