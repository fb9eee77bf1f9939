import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AppConfig } from '../config/app-config';
import { StartError } from '../config/start-error';
import { KeyedHash } from './keyed-hash';

const FINGERPRINT_SETTING = 'pepper_fingerprint';

/** The secret that makes stored key hashes useless without this machine's disk (or environment). */
@Injectable()
export class PepperService {
  private readonly pepper: Buffer;
  private readonly keyedHash: KeyedHash;

  constructor(
    config: AppConfig,
    private readonly dataSource: DataSource,
  ) {
    this.pepper = config.keyPepper === null ? pepperFile(config.dataDir) : Buffer.from(config.keyPepper);
    this.keyedHash = new KeyedHash(this.pepper);
  }

  /** HMAC-SHA256 of a key's text. */
  hash(keyText: string): Buffer {
    return this.keyedHash.digest(keyText);
  }

  /** A 256-bit key for one purpose; who has the pepper has it, and nobody else. */
  deriveKey(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.pepper, '', purpose, 32));
  }

  /** Tells peppers apart without telling them. */
  get fingerprint(): string {
    return createHmac('sha256', this.pepper)
      .update('ollameter pepper fingerprint')
      .digest('hex')
      .slice(0, 16);
  }

  /** @throws StartError where the database's keys were hashed with another pepper. */
  async assertSamePepper(): Promise<void> {
    const { fingerprint } = this;
    const rows = await this.dataSource.query<{ value: string }[]>(
      `INSERT INTO setting (key, value) VALUES ($1, to_jsonb($2::text))
       ON CONFLICT (key) DO UPDATE SET key = excluded.key RETURNING value #>> '{}' AS value`,
      [FINGERPRINT_SETTING, fingerprint],
    );
    if (rows[0]?.value !== fingerprint)
      throw new StartError(
        'KEY_PEPPER is not the one this database was made with: no key would work. Restore the pepper (KEY_PEPPER, or the file `pepper` in DATA_DIR).',
      );
  }
}

function pepperFile(dataDir: string): Buffer {
  const path = join(dataDir, 'pepper');
  mkdirSync(dataDir, { recursive: true });
  if (!existsSync(path)) {
    writeFileSync(path, randomBytes(32).toString('base64url') + '\n', { mode: 0o600, flag: 'wx' });
    chmodSync(path, 0o600);
  }
  return Buffer.from(readFileSync(path, 'utf8').trim());
}
