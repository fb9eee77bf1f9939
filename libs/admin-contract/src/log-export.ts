/** An export of the log on its way: an item of `GET /api/logs/exports`. */
export interface LogExportItem {
  id: string;
  format: 'csv' | 'json' | 'jsonl';
  /** ISO 8601, UTC. */
  startedAt: string;
  /** Who saves it: an e-mail, or `ADMIN_TOKEN`. */
  startedBy: string;
  /** The asker's own, who may cancel it. */
  own: boolean;
  /** Read so far; the client has them when it has read on. */
  rows: number;
  /** What the planner expects; null with `q`, whose hits nobody counts beforehand, and until it was asked. */
  estimatedRows: number | null;
  /** Of the file so far, before gzip. */
  bytes: number;
}

/**
 * `GET /api/logs/exports`, oldest first: what this gateway sends. Behind several replicas the one that answers may not
 * be the one that sends the file: an export that is not in the list may still run.
 */
export interface LogExportList {
  items: LogExportItem[];
}
