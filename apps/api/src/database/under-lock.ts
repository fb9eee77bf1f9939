import { Client } from 'pg';

/** Does work that two processes must not do at once: the second waits until the first one is done. */
export async function underLock<T>(databaseUrl: string, lock: number, work: () => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lock]);
    return await work();
  } finally {
    await client.end();
  }
}
