import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppConfig } from '../config/app-config';
import type { Caller } from '../exchange/exchange';
import { ApiKeyRepository, type StoredKey } from './api-key.repository';
import { generateKey, isPlausibleKey } from './key-format';
import { PepperService } from './pepper.service';

/** All keys in memory: a look-up costs one hash and no query, and known keys work while PostgreSQL is away. */
@Injectable()
export class ApiKeyService {
  private byHash = new Map<string, StoredKey>();

  constructor(
    private readonly config: AppConfig,
    private readonly pepper: PepperService,
    private readonly repository: ApiKeyRepository,
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
      hashes.push(this.pepper.hash(text));
      await this.add(variable.toLowerCase().replaceAll('_', '-'), text, variable);
    }
    await this.repository.revokeImportedExcept(hashes);
    await this.refresh();
    if (this.byHash.size > 0) return null;
    const first = generateKey();
    await this.add('first key', first, null);
    await this.refresh();
    return first;
  }

  /** The caller behind a key's text; null for an unknown, revoked or expired key. */
  find(text: string): Caller | null {
    if (!isPlausibleKey(text)) return null;
    const key = this.byHash.get(this.pepper.hash(text).toString('base64'));
    if (key === undefined || key.revoked) return null;
    if (key.expiresAtMs !== null && key.expiresAtMs <= Date.now()) return null;
    return { keyId: key.id, keyName: key.name };
  }

  private async add(name: string, text: string, sourceVariable: string | null): Promise<void> {
    await this.repository.insert({
      id: randomUUID(),
      name,
      prefix: text.slice(0, Math.min(10, text.length - 4)),
      lastFour: text.slice(-4),
      secretHash: this.pepper.hash(text),
      sourceVariable,
    });
  }

  private async refresh(): Promise<void> {
    const keys = await this.repository.all();
    this.byHash = new Map(keys.map((key) => [key.secretHash.toString('base64'), key]));
  }
}
