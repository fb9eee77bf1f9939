/** How the spool is: `full` by its own limit, `disk_full` or `failing` by the disk. Only `ok` takes new requests. */
export type SpoolCondition = 'ok' | 'full' | 'disk_full' | 'failing';

/** The condition that a failed write tells of. */
export function conditionOf(error: unknown): SpoolCondition {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT' ? 'disk_full' : 'failing';
}
