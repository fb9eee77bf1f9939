import type { EntityManager } from 'typeorm';

/** A step that is begun gets at least this. */
const MIN_STEP_MS = 50;
/** What PostgreSQL says of a statement that took too long. */
const QUERY_CANCELED = '57014';

/** Null where the statements of `work` took longer, each by itself; the snapshot around them stays usable. */
export async function withinTime<T>(
  manager: EntityManager,
  ms: number,
  work: () => Promise<T>,
): Promise<T | null> {
  await manager.query(
    `SAVEPOINT step; SET LOCAL statement_timeout = ${Math.ceil(Math.max(ms, MIN_STEP_MS))}`,
  );
  try {
    return await work();
  } catch (error) {
    if ((error as { code?: unknown }).code !== QUERY_CANCELED) throw error;
    return null;
  } finally {
    // Takes the timeout back too; there is nothing else to undo.
    await manager.query('ROLLBACK TO SAVEPOINT step');
  }
}
