import { timingSafeEqual } from 'node:crypto';
import type { KeyRead, StoredKey } from './api-key.repository';

/** All keys in memory, by the hash of their texts: a look-up asks nobody. */
export class KeyStore {
  private readonly byHash = new Map<string, StoredKey>();
  private readonly byId = new Map<string, StoredKey>();

  /** Ids of the keys that have budgets of their own. */
  readonly withBudgets = new Set<string>();

  get size(): number {
    return this.byId.size;
  }

  /** The key whose text has this hash; one that was rotated away counts while its grace lasts. */
  find(hash: Buffer, nowMs: number): StoredKey | null {
    const key = this.byHash.get(hash.toString('latin1'));
    if (key === undefined) return null;
    if (timingSafeEqual(key.secretHash, hash)) return key;
    return key.previous !== null && nowMs < key.previous.validUntilMs ? key : null;
  }

  get(keyId: string): StoredKey | null {
    return this.byId.get(keyId) ?? null;
  }

  /** Keys of one user. Looks at all: not for the path of a request. */
  ofOwner(ownerId: string): StoredKey[] {
    return [...this.byId.values()].filter(({ caller }) => caller.ownerId === ownerId);
  }

  /** Takes over what was read of some keys. */
  apply({ keys, gone }: KeyRead): void {
    for (const id of gone) this.remove(id);
    for (const key of keys) {
      this.remove(key.caller.keyId);
      this.byId.set(key.caller.keyId, key);
      if (key.caller.limits.budgets.length > 0) this.withBudgets.add(key.caller.keyId);
      for (const hash of hashesOf(key)) this.byHash.set(hash, key);
    }
  }

  /** Takes over what was read of all keys; what is not in it is gone. */
  replace(read: KeyRead): void {
    this.byHash.clear();
    this.byId.clear();
    this.withBudgets.clear();
    this.apply(read);
  }

  private remove(keyId: string): void {
    const key = this.byId.get(keyId);
    if (key === undefined) return;
    this.byId.delete(keyId);
    this.withBudgets.delete(keyId);
    for (const hash of hashesOf(key)) this.byHash.delete(hash);
  }
}

function hashesOf(key: StoredKey): string[] {
  return [key.secretHash, ...(key.previous === null ? [] : [key.previous.hash])].map((hash) =>
    hash.toString('latin1'),
  );
}
