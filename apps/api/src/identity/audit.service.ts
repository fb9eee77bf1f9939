import { Injectable } from '@nestjs/common';
import type { AuditActor, AuditTarget } from '@ollameter/admin-contract';
import { DataSource, type EntityManager } from 'typeorm';
import { changedFields, withoutSecrets } from './audit-fields';

/** One change or reading, as the code that made it tells it. */
export interface AuditEntry {
  actor: AuditActor;
  /** `noun.verb`: `user.create`, `key.revoke`, `request.read`, … */
  action: string;
  target: Partial<AuditTarget> & { type: string };
  /** The thing before and after; only the fields that differ are kept. */
  before?: object | null;
  after?: object | null;
  /** From where; null for the machine itself. */
  address: string | null;
}

/** Who acts when nobody does: the start, the command line. */
export const SYSTEM_ACTOR: AuditActor = { id: null, name: 'system' };

const INSERT = `
  INSERT INTO audit_log (actor_id, actor_name, action, target_type, target_id, target_name, before, after, address)
  VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8::jsonb, $9)`;

/** The append-only record of who changed or read what; the database itself refuses to change a line of it. */
@Injectable()
export class AuditService {
  constructor(private readonly database: DataSource) {}

  /**
   * Records one entry; fields that hold secrets are masked, fields that did not change are left out. Give the
   * transaction's manager where there is one, so that no change is kept without its record.
   */
  async record(entry: AuditEntry, manager: EntityManager = this.database.manager): Promise<void> {
    const { before, after } = changedFields(entry.before ?? null, entry.after ?? null);
    await manager.query(INSERT, [
      entry.actor.id,
      entry.actor.name,
      entry.action,
      entry.target.type,
      entry.target.id ?? null,
      entry.target.name ?? null,
      before === null ? null : JSON.stringify(withoutSecrets(before)),
      after === null ? null : JSON.stringify(withoutSecrets(after)),
      entry.address,
    ]);
  }
}
