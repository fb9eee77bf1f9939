import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ReplicaClaims, ReplicaRow } from './replica-claims';

/** Without a beat for this long a replica is taken for dead. */
export const DEAD_AFTER = "interval '15 seconds'";
/** A gap in the beats that is more than a busy moment. */
const GAP = "interval '5 seconds'";
const KEPT = "interval '1 day'";

const BEAT = `
  INSERT INTO replica (id, folder_id, as_of_us, claims) VALUES ($1, $2, $3, $4)
  ON CONFLICT (id) DO UPDATE SET
    seen_at = now(),
    steady_from = CASE WHEN replica.seen_at < now() - ${GAP} THEN now() ELSE replica.steady_from END,
    as_of_us = excluded.as_of_us,
    claims = excluded.claims`;

const LIVE_OTHERS = `
  SELECT id, as_of_us AS "asOfUs", claims FROM replica
   WHERE id <> $1 AND seen_at >= now() - ${DEAD_AFTER}`;

/** The gateways on this database, as rows. */
@Injectable()
export class ReplicaRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** An earlier run with this data folder is over, or the folder's lock would not be ours. */
  async forgetEarlier(id: string, folderId: string): Promise<void> {
    await this.dataSource.query(
      `DELETE FROM replica WHERE (folder_id = $2 AND id <> $1) OR seen_at < now() - ${KEPT}`,
      [id, folderId],
    );
  }

  /** Writes this replica's row and reads those of the others that live. */
  async beat(id: string, folderId: string, asOfUs: number, claims: ReplicaClaims): Promise<ReplicaRow[]> {
    await this.dataSource.query(BEAT, [id, folderId, asOfUs, JSON.stringify(claims)]);
    return this.dataSource.query<ReplicaRow[]>(LIVE_OTHERS, [id]);
  }

  async leave(id: string): Promise<void> {
    await this.dataSource.query('DELETE FROM replica WHERE id = $1', [id]);
  }
}
