import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppConfig } from '../config/app-config';
import { ApiKeyRepository, type StoredKey } from './api-key.repository';
import type { Caller } from './caller';
import { generateKey, isPlausibleKey } from './key-format';
import { KeyFreshness } from './key-freshness.service';
import { PepperService } from './pepper.service';

/** Why a key's text opens nothing. `suspended`: its owner's account is disabled. `unavailable`: not in a copy that PostgreSQL has not confirmed of late. */
export type KeyRefusal = 'unknown' | 'revoked' | 'suspended' | 'expired' | 'unavailable';

/** A new key's text with what is stored of it. */
export interface MintedKey {
  text: string;
  prefix: string;
  lastFour: string;
  secretHash: Buffer;
}

/** Keys by their texts. A look-up costs one hash and no query, and known keys work while PostgreSQL is away. */
@Injectable()
export class ApiKeyService {
  constructor(
    private readonly config: AppConfig,
    private readonly pepper: PepperService,
    private readonly repository: ApiKeyRepository,
    private readonly freshness: KeyFreshness,
  ) {}

  /**
   * Imports the environment's keys and loads all; makes the first key where there is none.
   * @returns the first key's text, to be shown once, or null.
   * @throws StartError where the pepper is another one.
   */
  async load(): Promise<string | null> {
    await this.pepper.assertSamePepper();
    const hashes: Buffer[] = [];
    for (const { variable, text } of this.config.importedKeys) {
      const key = this.stored(text);
      hashes.push(key.secretHash);
      await this.add(variable.toLowerCase().replaceAll('_', '-'), key, variable);
    }
    await this.repository.revokeImportedExcept(hashes);
    await this.freshness.start();
    if (await this.repository.hasAny()) return null;
    const first = this.mint();
    const id = await this.add('first key', first, null);
    await this.freshness.refresh([id]);
    return first.text;
  }

  /** The caller behind a key's text, or why there is none. */
  find(text: string, nowMs = Date.now()): Caller | KeyRefusal {
    if (!isPlausibleKey(text)) return 'unknown';
    const key = this.freshness.store.find(this.pepper.hash(text), nowMs);
    if (key === null) return this.freshness.isFresh(nowMs) ? 'unknown' : 'unavailable';
    const reason = whyClosed(key, nowMs);
    if (reason !== null) return reason;
    this.freshness.markUsed(key.caller.keyId, nowMs);
    return key.caller;
  }

  /** What this user's keys grant that work now. */
  callersOf(ownerId: string, nowMs = Date.now()): Caller[] {
    return this.freshness.store
      .ofOwner(ownerId)
      .filter((key) => whyClosed(key, nowMs) === null)
      .map(({ caller }) => caller);
  }

  /** A new key; the text is shown once and never stored. */
  mint(): MintedKey {
    return this.stored(generateKey());
  }

  private stored(text: string): MintedKey {
    return {
      text,
      // Of a short imported key little may be shown.
      prefix: text.length < 20 ? '' : text.slice(0, 10),
      lastFour: text.slice(-Math.min(4, Math.floor(text.length / 4))),
      secretHash: this.pepper.hash(text),
    };
  }

  private async add(name: string, key: MintedKey, sourceVariable: string | null): Promise<string> {
    const id = randomUUID();
    const { prefix, lastFour, secretHash } = key;
    await this.repository.insert({ id, name, prefix, lastFour, secretHash, sourceVariable });
    return id;
  }
}

function whyClosed(
  { revoked, suspended, expiresAtMs }: StoredKey,
  nowMs: number,
): 'revoked' | 'suspended' | 'expired' | null {
  if (revoked) return 'revoked';
  if (suspended) return 'suspended';
  return expiresAtMs !== null && expiresAtMs <= nowMs ? 'expired' : null;
}
