import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '../config/start-error';

export const MANIFEST_FILE = 'manifest.json';
const FORMAT = 1;
/** Bounds of a month's partition, as PostgreSQL writes them: the only text of a manifest that becomes SQL. */
const BOUND = /^FOR VALUES FROM \('[0-9a-f-]{36}'\) TO \('[0-9a-f-]{36}'\)$/;

/** What a backup folder holds; written last, so a folder without it is an unfinished backup. */
export interface BackupManifest {
  format: typeof FORMAT;
  /** Unix milliseconds of the snapshot. */
  takenAtMs: number;
  /** Names of the migrations that made the schema. */
  migrations: string[];
  /** In an order in which foreign keys hold. */
  tables: BackedUpTable[];
  partitions: Partition[];
  sequences: Sequence[];
  /** Where the pepper is: beside, or in the environment of whoever ran the gateway. */
  pepper: 'file' | 'environment';
}

/** A table's rows in COPY's text format, gzipped. */
export interface BackedUpTable {
  name: string;
  columns: string[];
  file: string;
  rows: number;
  /** Of the gzipped file, hexadecimal. */
  sha256: string;
}

export interface Partition {
  parent: string;
  name: string;
  /** `FOR VALUES FROM ('…') TO ('…')`. */
  bound: string;
}

export interface Sequence {
  name: string;
  lastValue: string;
}

/** @throws StartError where the folder is no finished backup, or one of another format. */
export function readManifest(folder: string): BackupManifest {
  let manifest: BackupManifest;
  try {
    manifest = JSON.parse(readFileSync(join(folder, MANIFEST_FILE), 'utf8')) as BackupManifest;
  } catch {
    throw new StartError(`${folder} is no finished backup: it has no readable ${MANIFEST_FILE}.`);
  }
  const format: unknown = manifest.format;
  if (format !== FORMAT)
    throw new StartError(
      `The backup in ${folder} has format ${String(format)}; this release reads ${FORMAT}.`,
    );
  const odd = manifest.partitions.find(({ bound }) => !BOUND.test(bound));
  if (odd !== undefined) throw new StartError(`The backup in ${folder} is damaged: partition ${odd.name}.`);
  return manifest;
}

export function newManifest(
  contents: Pick<BackupManifest, 'migrations' | 'tables' | 'partitions' | 'sequences' | 'pepper'>,
  takenAtMs: number,
): BackupManifest {
  return { format: FORMAT, takenAtMs, ...contents };
}
