import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Client, escapeIdentifier } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { StartError } from '../config/start-error';
import { applySchema, KNOWN_MIGRATIONS } from '../database/apply-schema';
import { type BackedUpTable, type BackupManifest, readManifest } from './backup-manifest';
import { tablesOf } from './database-shape';

export interface RestoreTarget {
  databaseUrl: string;
  dataDir: string;
}

/** Rows in one of these say that somebody already uses the database. */
const SIGNS_OF_USE = ['admin_user', 'api_key', 'request_log'];

/**
 * Restores a backup into an empty database and a data folder without a spool, in one transaction.
 * @throws StartError with nothing changed where the backup is damaged or newer than this release, or the target is in use.
 */
export async function restoreBackup(
  target: RestoreTarget,
  folder: string,
  tell: (line: string) => void,
): Promise<BackupManifest> {
  const manifest = readManifest(folder);
  const newer = manifest.migrations.find((name) => !KNOWN_MIGRATIONS.includes(name));
  if (newer !== undefined)
    throw new StartError(`The backup was made by a newer release (${newer}). Install that one.`);
  for (const table of manifest.tables) await checkSum(folder, table);
  await refuseUsedFolder(target.dataDir, folder);

  await applySchema(target.databaseUrl);
  const client = new Client({ connectionString: target.databaseUrl });
  await client.connect();
  try {
    await refuseUsedDatabase(client);
    await client.query('BEGIN');
    await removeSeeds(client);
    for (const { parent, name, bound } of manifest.partitions)
      await client.query(
        `CREATE TABLE IF NOT EXISTS ${escapeIdentifier(name)} PARTITION OF ${escapeIdentifier(parent)} ${bound}`,
      );
    // The backup holds what they would fold.
    await client.query('ALTER TABLE usage_rollup DISABLE TRIGGER USER');
    for (const table of manifest.tables) {
      await copyIn(client, folder, table);
      tell(`  ${table.name}: ${table.rows} rows`);
    }
    await client.query('ALTER TABLE usage_rollup ENABLE TRIGGER USER');
    for (const { name, lastValue } of manifest.sequences)
      await client.query('SELECT setval($1::regclass, $2)', [escapeIdentifier(name), lastValue]);
    await client.query('COMMIT');
    await client.query('ANALYZE');
  } finally {
    await client.end();
  }
  await mkdir(target.dataDir, { recursive: true });
  if (manifest.pepper === 'file') await cp(join(folder, 'pepper'), join(target.dataDir, 'pepper'));
  if (existsSync(join(folder, 'spool')))
    await cp(join(folder, 'spool'), join(target.dataDir, 'spool'), { recursive: true });
  return manifest;
}

async function checkSum(folder: string, { file, sha256, name }: BackedUpTable): Promise<void> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(join(folder, file)), hash);
  } catch {
    throw new StartError(`The backup in ${folder} is damaged: ${file} cannot be read.`);
  }
  if (hash.digest('hex') !== sha256)
    throw new StartError(
      `The backup in ${folder} is damaged: the rows of ${name} are not those that were saved.`,
    );
}

async function refuseUsedFolder(dataDir: string, folder: string): Promise<void> {
  const segments = await readdir(join(dataDir, 'spool')).catch(() => []);
  if (segments.length > 0)
    throw new StartError(`The data folder ${dataDir} holds a spool: restore into an empty one (DATA_DIR).`);
  const [ours, theirs] = await Promise.all(
    [dataDir, folder].map((place) => readFile(join(place, 'pepper'), 'utf8').catch(() => null)),
  );
  if (ours != null && theirs != null && ours !== theirs)
    throw new StartError(
      `The data folder ${dataDir} holds another pepper: restore into an empty one (DATA_DIR).`,
    );
}

async function refuseUsedDatabase(client: Client): Promise<void> {
  for (const table of SIGNS_OF_USE)
    if (await hasRows(client, table))
      throw new StartError(`The database is not empty (${table} has rows): restore into an empty one.`);
}

/** What the schema's script puts in comes from the backup instead. */
async function removeSeeds(client: Client): Promise<void> {
  for (const { name } of (await tablesOf(client)).reverse())
    if (await hasRows(client, name)) await client.query(`DELETE FROM ${escapeIdentifier(name)}`);
}

async function hasRows(client: Client, table: string): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    `SELECT EXISTS (SELECT FROM ${escapeIdentifier(table)}) AS found`,
  );
  return rows[0]?.found === true;
}

async function copyIn(
  client: Client,
  folder: string,
  { name, columns, file, rows }: BackedUpTable,
): Promise<void> {
  const list = columns.map(escapeIdentifier).join(', ');
  const copy = client.query(copyFrom(`COPY ${escapeIdentifier(name)} (${list}) FROM STDIN`));
  await pipeline(createReadStream(join(folder, file)), createGunzip(), copy);
  if (copy.rowCount !== rows)
    throw new StartError(`The backup is damaged: ${name} has ${copy.rowCount} rows instead of ${rows}.`);
}
