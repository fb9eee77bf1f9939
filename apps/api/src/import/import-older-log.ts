import { Redaction } from '../request-log/redaction';
import { Client } from 'pg';
import type { PepperService } from '../auth/pepper.service';
import type { AppConfig } from '../config/app-config';
import { StartError } from '../config/start-error';
import { LogStoreRepository } from '../request-log/log-store.repository';
import { applyLogPolicy, type LogPolicy, generalPolicy } from '../request-log/log-policy';
import { chargeImported } from './imported-energy';
import { ImportedKeys } from './imported-keys';
import { nextOlderRows, type OlderRow, openOlderLog } from './older-log';
import { toAnswerRecord } from './to-answer-record';

const BATCH_ROWS = 500;

/**
 * Copies the older set-up's `request_logs` into the log: rows, texts, rollups, energy and cost, keys as hashes.
 * Safe to repeat and to interrupt.
 * @param sourceUrl the database that holds the older table; may be the gateway's own.
 * @returns how many rows were read.
 */
export async function importOlderLog(
  config: AppConfig,
  pepper: PepperService,
  sourceUrl: string,
  tell: (rows: number) => void,
): Promise<number> {
  const source = new Client({ connectionString: sourceUrl });
  const target = new Client({ connectionString: config.databaseUrl });
  const store = new LogStoreRepository(config);
  await source.connect().catch((error: unknown) => {
    throw new StartError(`The older database does not answer: ${(error as Error).message}`);
  });
  try {
    await target.connect();
    await openOlderLog(source);
    const keys = new ImportedKeys(target, pepper);
    const policy = generalPolicy(config, new Redaction(config.logRedact, config.logRedactPatterns));
    let read = 0;
    for (;;) {
      const rows = await nextOlderRows(source, BATCH_ROWS);
      if (rows.length === 0) return read;
      await importRows(rows, policy, keys, store, target);
      read += rows.length;
      tell(read);
    }
  } finally {
    await Promise.allSettled([source.end(), target.end(), store.close()]);
  }
}

async function importRows(
  rows: readonly OlderRow[],
  policy: LogPolicy,
  keys: ImportedKeys,
  store: LogStoreRepository,
  target: Client,
): Promise<void> {
  const records = [];
  const charges = [];
  for (const row of rows) {
    const record = applyLogPolicy(toAnswerRecord(row, await keys.find(row.apiKey)), policy);
    records.push(record);
    if (row.energyPj !== null)
      charges.push({ id: record.id, energyPj: row.energyPj, costNumerator: row.costNumerator });
  }
  await store.store(records);
  await chargeImported(target, charges);
}
