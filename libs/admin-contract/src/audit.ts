/** Who did it: a person, `ADMIN_TOKEN`, or the machine (start, command line). */
export interface AuditActor {
  /** Null for `ADMIN_TOKEN` and the machine. */
  id: string | null;
  /** E-mail, `ADMIN_TOKEN`, `system`. */
  name: string;
}

/** What was changed or read. */
export interface AuditTarget {
  /** `user`, `key`, `session`, `token`, `request`, `model`, `alias`, `setting`, `tariff`, `meter`, … */
  type: string;
  id: string | null;
  name: string | null;
}

/** One of `GET /api/audit`, newest first. */
export interface AuditItem {
  id: string;
  /** ISO, UTC. */
  at: string;
  actor: AuditActor;
  /** `user.create`, `key.revoke`, `request.read`, … */
  action: string;
  target: AuditTarget;
  /** Only the fields that changed; secrets never. */
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  address: string | null;
}

/** `GET /api/audit?q=&actor=&action=&target=&from=&to=&cursor=&pageSize=`; also `/api/audit/export?format=csv|json`. */
export interface AuditPage {
  items: AuditItem[];
  nextCursor: string | null;
}
