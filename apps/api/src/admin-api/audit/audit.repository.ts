import { Injectable } from '@nestjs/common';
import type { AuditItem } from '@ollameter/admin-contract';
import { ReadOnlyDatabase } from '../read-only-database.service';

/** Which entries are asked for; null does not narrow. */
export interface AuditFilter {
  /** An ILIKE pattern. */
  text: string | null;
  actor: string | null;
  action: string | null;
  target: string | null;
  from: Date | null;
  to: Date | null;
}

interface AuditRow {
  id: string;
  at: Date;
  actorId: string | null;
  actorName: string;
  action: string;
  targetType: string;
  targetId: string | null;
  targetName: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  address: string | null;
}

const PAGE = `
  SELECT id, at, actor_id AS "actorId", actor_name AS "actorName", action, target_type AS "targetType",
         target_id AS "targetId", target_name AS "targetName", before, after, address
    FROM audit_log
   WHERE ($1::text IS NULL OR concat_ws(' ', actor_name, action, target_name, target_id, address,
            before::text, after::text) ILIKE $1)
     AND ($2::text IS NULL OR actor_name = $2 OR actor_id::text = $2)
     AND ($3::text IS NULL OR action = $3 OR split_part(action, '.', 1) = $3)
     AND ($4::text IS NULL OR target_id = $4 OR target_name = $4 OR target_type = $4)
     AND ($5::timestamptz IS NULL OR at >= $5)
     AND ($6::timestamptz IS NULL OR at < $6)
     AND ($7::bigint IS NULL OR id < $7)
   ORDER BY id DESC
   LIMIT $8`;

/** The audit log, read. */
@Injectable()
export class AuditRepository {
  constructor(private readonly database: ReadOnlyDatabase) {}

  /** Newest first, from before an id on. */
  page(filter: AuditFilter, beforeId: string | null, limit: number): Promise<AuditItem[]> {
    const { text, actor, action, target, from, to } = filter;
    return this.database.read(async (manager) => {
      const parameters = [text, actor, action, target, from, to, beforeId, limit];
      return (await manager.query<AuditRow[]>(PAGE, parameters)).map(toItem);
    });
  }
}

function toItem(row: AuditRow): AuditItem {
  const { id, at, action, before, after, address } = row;
  return {
    id,
    at: at.toISOString(),
    actor: { id: row.actorId, name: row.actorName },
    action,
    target: { type: row.targetType, id: row.targetId, name: row.targetName },
    before,
    after,
    address,
  };
}
