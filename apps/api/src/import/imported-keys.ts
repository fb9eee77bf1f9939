import type { Client } from 'pg';
import type { PepperService } from '../auth/pepper.service';
import { uuidv7 } from '../exchange/uuid-v7';

/** Keys by their text: the gateway's own where it has them, else made, hashed and revoked, so that old rows have a name. */
export class ImportedKeys {
  private readonly byText = new Map<string, { id: string; name: string }>();

  constructor(
    private readonly client: Client,
    private readonly pepper: PepperService,
  ) {}

  async find(text: string | null): Promise<{ id: string; name: string } | null> {
    if (text === null || text === '') return null;
    const known = this.byText.get(text) ?? (await this.findOrMake(text));
    this.byText.set(text, known);
    return known;
  }

  private async findOrMake(text: string): Promise<{ id: string; name: string }> {
    const hash = this.pepper.hash(text);
    const { rows } = await this.client.query<{ id: string; name: string }>(
      `INSERT INTO api_key (id, name, prefix, last_four, secret_hash, revoked_at, revoked_reason)
       VALUES ($1, $2, $3, $4, $5, now(), 'imported with the log')
       ON CONFLICT (secret_hash) DO UPDATE SET secret_hash = excluded.secret_hash
       RETURNING id, name`,
      [uuidv7(Date.now()), `Imported …${text.slice(-4)}`, text.slice(0, 3), text.slice(-4), hash],
    );
    const [key] = rows;
    if (key === undefined) throw new Error('an upsert gave no row');
    return key;
  }
}
