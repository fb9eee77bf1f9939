/** What a key's owner may call; listing the models it may use is always allowed. */
export const KEY_ENDPOINTS = [
  'chat.completions',
  'completions',
  'embeddings',
  'responses',
  'ollama.chat',
  'ollama.generate',
  'ollama.embed',
  'ollama.embeddings',
] as const;
export type KeyEndpoint = (typeof KEY_ENDPOINTS)[number];

/** Who waits first: `interactive` before `batch`, until a batch request has waited long. */
export const PRIORITY_CLASSES = ['interactive', 'batch'] as const;
export type PriorityClass = (typeof PRIORITY_CLASSES)[number];

/** What of a key's texts the log keeps. `LOG_BODIES` is the most that any key gets; the stricter of both applies. */
export const KEY_LOG_POLICIES = ['full', 'metadata', 'none'] as const;
export type KeyLogPolicy = (typeof KEY_LOG_POLICIES)[number];

export const BUDGET_UNITS = ['tokens', 'money', 'energyWh'] as const;
export type BudgetUnit = (typeof BUDGET_UNITS)[number];

/** Calendar periods in the configured zone; weeks start on Monday. */
export const BUDGET_PERIODS = ['day', 'week', 'month'] as const;
export type BudgetPeriod = (typeof BUDGET_PERIODS)[number];

/** At most one budget per unit and period. */
export interface Budget {
  unit: BudgetUnit;
  period: BudgetPeriod;
  /** Tokens (whole), the configured currency's units, or Wh; above 0, at most six decimals. */
  amount: number;
  /** `block`: 429 `insufficient_quota` once it is spent. `warn`: the portal and a response header say so, nothing is refused. */
  action: 'block' | 'warn';
}

/**
 * Null or left out is no limit. The same for a key, for a user's keys together, and for all keys together: a
 * request must fit into all three.
 */
export interface Limits {
  requestsPerMinute?: number | null;
  /** Prompt and completion tokens together. */
  tokensPerMinute?: number | null;
  /** Running at once; waiting in the queue does not count. */
  concurrentRequests?: number | null;
  budgets?: Budget[];
}

/** A bucket that refills continuously. */
export interface RateUse {
  limit: number;
  remaining: number;
  /** Until it is full again. */
  resetMs: number;
}

export interface BudgetUse extends Budget {
  /** Settled in this period, in the budget's unit. */
  used: number;
  /** Set aside for what is running or not settled yet. */
  reserved: number;
  /** ISO; when the next period starts. */
  resetsAt: string;
  /** `used + reserved` has reached `amount`. */
  exhausted: boolean;
}

/** Where a key, a user or all together stand in their own limits now. */
export interface LimitsUse {
  requestsPerMinute: RateUse | null;
  tokensPerMinute: RateUse | null;
  /** Requests that hold a slot and that wait for one; `limit` null where there is none. */
  concurrentRequests: { limit: number | null; running: number; waiting: number };
  budgets: BudgetUse[];
}

/**
 * `POST /api/keys`. Without `keys:write` it is a key of one's own, as far as `ownKeys` goes: `ownerId` is oneself, and
 * `logPolicy`, `priority`, `weight` and `mayReload` are not for oneself to say.
 */
export interface KeyInput {
  /** 1–100 characters; not unique. */
  name: string;
  note?: string | null;
  /** A user's id; null is nobody. */
  ownerId?: string | null;
  /** Model names, `*` stands for any text: `llama3.1:*`. Empty is every model. */
  allowedModels?: string[];
  /** Empty is every endpoint. */
  endpoints?: KeyEndpoint[];
  /** ISO, in the future; null is never. */
  expiresAt?: string | null;
  limits?: Limits;
  /** Null is what `LOG_BODIES` says. */
  logPolicy?: KeyLogPolicy | null;
  /** Default `interactive`. */
  priority?: PriorityClass;
  /** Turns in the queue per round, 1–100; default 1. */
  weight?: number;
  /** Addresses and CIDR ranges, v4 or v6. Empty is everywhere. */
  ipRanges?: string[];
  /** May send load-time options (num_ctx, …) that make Ollama reload a model for everybody. Default false. */
  mayReload?: boolean;
}

/** `PATCH /api/keys/{id}`: what is left out stays; `limits` is replaced whole. Without `keys:write`: `name` and `note` of own keys. */
export type KeyChange = Partial<KeyInput>;

/** `POST /api/keys/{id}/rotate`. */
export interface KeyRotation {
  /** How long the old text goes on working, 0 to 30 days; default one day. */
  graceSeconds?: number;
}

/** `POST /api/keys/{id}/revoke`. */
export interface KeyRevocation {
  reason?: string | null;
}

/** `suspended` while the owner's account is disabled. `revoked` wins over it, and it over `expired`. */
export const KEY_STATES = ['active', 'expired', 'suspended', 'revoked'] as const;
export type KeyState = (typeof KEY_STATES)[number];

export interface KeyItem extends Omit<Required<KeyInput>, 'limits'> {
  id: string;
  /** The owner's name, or e-mail address where there is none; null without an owner. */
  ownerName: string | null;
  limits: Required<Limits>;
  state: KeyState;
  /** The text's first characters, and its last four; the rest is not known to anybody but its holder. */
  prefix: string;
  lastFour: string;
  /** Variable that an imported key follows (`API_KEY`): it cannot be rotated, and deleted only once the variable is gone. */
  sourceVariable: string | null;
  /** After a rotation: the old text, while it still works. */
  previous: { lastFour: string; validUntil: string } | null;
  createdAt: string;
  revokedAt: string | null;
  revokedReason: string | null;
  /** Of the last accepted request; up to a minute behind on other replicas. */
  lastUsedAt: string | null;
  limitsUse: LimitsUse;
}

/** `201` of `POST /api/keys`, and the answer to a rotation: the only places where the text is ever told. */
export interface KeyWithSecret extends KeyItem {
  /** `sk-om-…` */
  secret: string;
}

/** `GET /api/keys?page=1&pageSize=50&q=&state=&ownerId=`: newest first, revoked ones last; `q` looks in name, note, prefix, last four and owner. */
export interface KeyPage {
  items: KeyItem[];
  total: number;
  page: number;
  pageSize: number;
}

/**
 * `GET /api/limits/all`, and the answer to `PUT` (of `Limits`): limits of all keys together. `GET /api/me/limits`: those
 * of all one's own keys together.
 */
export interface SharedLimits {
  limits: Required<Limits>;
  limitsUse: LimitsUse;
}
