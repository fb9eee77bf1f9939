import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Injectable, NotFoundException } from '@nestjs/common';
import type { NewToken, SessionUser, TokenInput, TokenItem } from '@ollameter/admin-contract';
import { DataSource } from 'typeorm';
import { AuditService } from './audit.service';
import type { AuditSource } from './audit-source';
import { toSessionUser } from './person';
import { PersonalTokenRepository, type StoredToken } from './personal-token.repository';
import { scopedPermissions } from './token-scope';

const PREFIX = 'om-pat-';
const TOKEN_BYTES = 32;
const TOKEN = /^om-pat-[A-Za-z0-9_-]{43}$/;
const SHOWN_CHARACTERS = 11;

/** Personal tokens: what a script of a person sends in place of a session. */
@Injectable()
export class PersonalTokenService {
  constructor(
    private readonly database: DataSource,
    private readonly tokens: PersonalTokenRepository,
    private readonly audit: AuditService,
  ) {}

  /** The person behind a token, with what its scopes leave of the role; null for no token of ours. */
  async userOf(text: string): Promise<SessionUser | null> {
    if (!TOKEN.test(text)) return null;
    const owner = await this.tokens.use(hashOf(text));
    if (owner === null) return null;
    const user = toSessionUser(owner);
    return {
      ...user,
      permissions: scopedPermissions(user.permissions, owner.scopes),
      mustChangePassword: false,
    };
  }

  async list(userId: string): Promise<TokenItem[]> {
    return (await this.tokens.list(userId)).map(toTokenItem);
  }

  /** The only place where the text is told. */
  async create(user: SessionUser, input: TokenInput, source: AuditSource): Promise<NewToken> {
    const secret = PREFIX + randomBytes(TOKEN_BYTES).toString('base64url');
    const token = {
      id: randomUUID(),
      name: input.name,
      hash: hashOf(secret),
      prefix: secret.slice(0, SHOWN_CHARACTERS),
      scopes: [...new Set(input.scopes)],
      expiresAt: input.expiresAt == null ? null : new Date(input.expiresAt),
    };
    return this.database.transaction(async (manager) => {
      const item = toTokenItem(await this.tokens.insert(manager, user.id, token));
      const target = { type: 'token', id: item.id, name: item.name };
      await this.audit.record({ ...source, action: 'token.create', target, after: item }, manager);
      return { ...item, secret };
    });
  }

  /** @throws NotFoundException, also for another one's token */
  async remove(user: SessionUser, id: string, source: AuditSource): Promise<void> {
    await this.database.transaction(async (manager) => {
      const removed = await this.tokens.remove(manager, user.id, id);
      if (removed === null) throw new NotFoundException('You have no token with this id.');
      const target = { type: 'token', id, name: removed.name };
      await this.audit.record(
        { ...source, action: 'token.delete', target, before: toTokenItem(removed) },
        manager,
      );
    });
  }
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function toTokenItem({ createdAt, expiresAt, lastUsedAt, ...same }: StoredToken): TokenItem {
  return {
    ...same,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}
