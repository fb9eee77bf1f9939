import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Client, escapeIdentifier } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { StartError } from '../config/start-error';
import { type BackedUpTable, type BackupManifest, MANIFEST_FILE, newManifest } from './backup-manifest';
import { migrationsOf, partitionsOf, sequencesOf, type Table, tablesOf } from './database-shape';

export interface BackupSource {
  databaseUrl: string;
  /** Holds `spool` and, unless it is set in the environment, `pepper`. */
  dataDir: string;
  pepperIsSet: boolean;
}

/**
 * Writes a backup into a new folder: every table as of one moment, the pepper, the spool. The gateway may run meanwhile.
 * @param tell gets a line for each part.
 * @throws StartError where the folder is not empty or the database does not answer.
 */
export async function writeBackup(
  source: BackupSource,
  folder: string,
  tell: (line: string) => void,
): Promise<BackupManifest> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0) throw new StartError(`The folder ${folder} is not empty.`);
  // Before the snapshot: a record that moves to the database in between is then in both, and inserts are idempotent.
  await copySpool(join(source.dataDir, 'spool'), join(folder, 'spool'));
  const client = new Client({ connectionString: source.databaseUrl });
  await client.connect().catch((error: unknown) => {
    throw new StartError(`PostgreSQL does not answer (DATABASE_URL): ${(error as Error).message}`);
  });
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const takenAtMs = Date.now();
    const tables: BackedUpTable[] = [];
    for (const table of await tablesOf(client)) {
      tables.push(await copyOut(client, table, folder));
      tell(`  ${table.name}: ${tables.at(-1)?.rows ?? 0} rows`);
    }
    if (!source.pepperIsSet) await copyFile(join(source.dataDir, 'pepper'), join(folder, 'pepper'));
    const manifest = newManifest(
      {
        migrations: await migrationsOf(client),
        tables,
        partitions: await partitionsOf(client),
        sequences: await sequencesOf(client),
        pepper: source.pepperIsSet ? 'environment' : 'file',
      },
      takenAtMs,
    );
    await writeFile(join(folder, MANIFEST_FILE), JSON.stringify(manifest, null, 2), { mode: 0o600 });
    return manifest;
  } finally {
    await client.end();
  }
}

async function copyOut(client: Client, { name, columns }: Table, folder: string): Promise<BackedUpTable> {
  const list = columns.map(escapeIdentifier).join(', ');
  // A query, not the table: COPY of a partitioned table itself gives no rows.
  const copy = client.query(copyTo(`COPY (SELECT ${list} FROM ${escapeIdentifier(name)}) TO STDOUT`));
  const file = `${name}.copy.gz`;
  const hash = createHash('sha256');
  await pipeline(
    copy,
    createGzip(),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(join(folder, file), { mode: 0o600 }),
  );
  return { name, columns, file, rows: copy.rowCount, sha256: hash.digest('hex') };
}

/** Segment by segment: one that goes meanwhile has been stored, before the snapshot. */
async function copySpool(from: string, to: string): Promise<void> {
  const segments = await readdir(from).catch(ignoreMissing);
  if (segments === undefined) return;
  await mkdir(to, { mode: 0o700 });
  for (const segment of segments.sort())
    await copyFile(join(from, segment), join(to, segment)).catch(ignoreMissing);
}

function ignoreMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
