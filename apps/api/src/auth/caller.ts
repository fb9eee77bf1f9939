import {
  KEY_ENDPOINTS,
  type KeyEndpoint,
  type KeyLogPolicy,
  type Limits,
  type PriorityClass,
} from '@ollameter/admin-contract';
import { ipMatcher } from './ip-ranges';
import { modelMatcher } from './model-pattern';

/** What a key grants; never its text. */
export interface KeyGrant {
  readonly keyId: string;
  readonly keyName: string;
  readonly ownerId: string | null;
  readonly allowedModels: readonly string[];
  readonly endpoints: readonly string[];
  readonly ipRanges: readonly string[];
  readonly limits: Required<Limits>;
  readonly logPolicy: KeyLogPolicy | null;
  readonly priority: PriorityClass;
  readonly weight: number;
  readonly mayReload: boolean;
}

/** What a key needs for one of the gateway's routes: an endpoint that can be granted, or none for what every key may. */
const GRANT_OF_ENDPOINT: Readonly<Record<string, KeyEndpoint | null>> = {
  ...Object.fromEntries(KEY_ENDPOINTS.map((endpoint) => [endpoint, endpoint])),
  'responses.state': 'responses',
  // Lists hold only what the key may use.
  models: null,
  'ollama.models': null,
  // Refused to every key, in its own words.
  'ollama.manage': null,
};

/** Who is calling, by the key, and what it may. */
export class Caller {
  readonly keyId: string;
  readonly keyName: string;
  /** The user that the key belongs to; null is nobody. */
  readonly ownerId: string | null;
  readonly limits: Required<Limits>;
  readonly logPolicy: KeyLogPolicy | null;
  readonly priority: PriorityClass;
  /** Turns per round in the queue. */
  readonly weight: number;
  /** The key may send load-time options, at the price of a reload for everybody. */
  readonly mayReload: boolean;
  private modelFits: ((name: string) => boolean) | null = null;
  private addressFits: ((address: string) => boolean) | null = null;

  constructor(private readonly grant: KeyGrant) {
    this.keyId = grant.keyId;
    this.keyName = grant.keyName;
    this.ownerId = grant.ownerId;
    this.limits = grant.limits;
    this.logPolicy = grant.logPolicy;
    this.priority = grant.priority;
    this.weight = grant.weight;
    this.mayReload = grant.mayReload;
  }

  mayUseModel(name: string): boolean {
    // Compiled at first use: most of 100,000 keys never call.
    this.modelFits ??= modelMatcher(this.grant.allowedModels);
    return this.modelFits(name);
  }

  /** By the route's endpoint; one that nobody can grant is open only to keys without a list. */
  mayCall(endpoint: string): boolean {
    const needed = GRANT_OF_ENDPOINT[endpoint];
    if (needed === null || this.grant.endpoints.length === 0) return true;
    return needed !== undefined && this.grant.endpoints.includes(needed);
  }

  mayCallFrom(address: string): boolean {
    this.addressFits ??= ipMatcher(this.grant.ipRanges);
    return this.addressFits(address);
  }
}
