import { randomUUID } from 'node:crypto';
import { ConflictException, ForbiddenException, Injectable, NotFoundException } from '@nestjs/common';
import type { KeyItem, KeyPage, KeyWithSecret, SessionUser } from '@ollameter/admin-contract';
import { isUUID } from 'class-validator';
import { DataSource, type EntityManager } from 'typeorm';
import { ApiKeyService } from '../../auth/api-key.service';
import { KeyFreshness } from '../../auth/key-freshness.service';
import { wholeLimits } from '../../auth/whole-limits';
import { AppConfig } from '../../config/app-config';
import { AdminUserRepository } from '../../identity/admin-user.repository';
import { AuditService } from '../../identity/audit.service';
import type { auditSource } from '../../identity/audit-source';
import { keyReach, ownerReach } from '../../identity/permission';
import { parseTime } from '../calendar/parse-time';
import { InvalidFieldsError } from '../invalid-fields.error';
import { LimitsUseService } from '../limits/limits-use.service';
import type { KeyChangeDto, KeyInputDto, KeyQueryDto, KeyRevocationDto, KeyRotationDto } from './key.dto';
import { KeyRepository, type KeyValues } from './key.repository';
import { type KeyRow, type StoredKeyItem, toKeyItem } from './key-row';
import { assertOwnChange, toOwnKey } from './own-key';

const PAGE_SIZE = 50;
const GRACE_SECONDS = 86_400;

type Source = ReturnType<typeof auditSource>;

/** Key management. Every change is one transaction with its audit record, and holds here once it is answered. */
@Injectable()
export class KeysService {
  constructor(
    private readonly config: AppConfig,
    private readonly database: DataSource,
    private readonly repository: KeyRepository,
    private readonly users: AdminUserRepository,
    private readonly keys: ApiKeyService,
    private readonly freshness: KeyFreshness,
    private readonly audit: AuditService,
    private readonly limitsUse: LimitsUseService,
  ) {}

  async page(user: SessionUser, query: KeyQueryDto): Promise<KeyPage> {
    const { page = 1, pageSize = PAGE_SIZE, q, state, ownerId } = query;
    if (ownerId !== undefined && !isUUID(ownerId)) throw InvalidFieldsError.of('ownerId', 'must be a UUID');
    const reach = ownerReach(user);
    if (reach !== null && ownerId !== undefined && ownerId !== reach)
      return { items: [], total: 0, page, pageSize };
    const filter = { ownerId: reach ?? ownerId ?? null, q: q ?? null, state: state ?? null };
    const { rows, total } = await this.repository.page(filter, page, pageSize);
    return { items: await Promise.all(rows.map((row) => this.item(row))), total, page, pageSize };
  }

  /** @throws NotFoundException, also for a key that this user does not reach. */
  async detail(user: SessionUser, id: string): Promise<KeyItem> {
    return this.item(found(await this.repository.find(id, ownerReach(user))));
  }

  /**
   * Without `keys:write` a key of one's own, as far as one was allowed.
   * @throws ForbiddenException, ConflictException for one too many
   */
  async create(user: SessionUser, input: KeyInputDto, source: Source): Promise<KeyWithSecret> {
    const reach = keyReach(user);
    const id = randomUUID();
    const minted = this.keys.mint();
    const row = await this.database.transaction(async (manager) => {
      const allowed = reach === null ? input : await this.ownKey(manager, reach, input);
      const values = await this.values(allowed, manager);
      await this.repository.insert(manager, id, minted, values);
      return this.recorded(manager, source, 'key.create', null, id);
    });
    return this.withSecret(row, minted.text);
  }

  /** Without `keys:write` the words of an own key. @throws NotFoundException for a key out of reach */
  async change(user: SessionUser, id: string, input: KeyChangeDto, source: Source): Promise<KeyItem> {
    const reach = keyReach(user);
    if (reach !== null) assertOwnChange(input);
    const values = await this.values(input);
    const row = await this.changing(reach, id, source, 'key.change', (manager) =>
      this.repository.change(manager, id, values),
    );
    return this.item(row);
  }

  /** @throws NotFoundException for a key out of reach, ConflictException for an imported or a revoked one. */
  async rotate(
    user: SessionUser,
    id: string,
    { graceSeconds = GRACE_SECONDS }: KeyRotationDto,
    source: Source,
  ): Promise<KeyWithSecret> {
    const minted = this.keys.mint();
    const row = await this.changing(keyReach(user), id, source, 'key.rotate', (manager, before) => {
      if (before.source_variable !== null)
        throw new ConflictException(`This key follows ${before.source_variable}: change it there.`);
      if (before.revoked_at !== null) throw new ConflictException('This key is revoked: make a new one.');
      return this.repository.rotate(manager, id, minted, graceSeconds);
    });
    return this.withSecret(row, minted.text);
  }

  /** A key that is revoked already stays as it is. @throws NotFoundException for a key out of reach */
  async revoke(
    user: SessionUser,
    id: string,
    { reason }: KeyRevocationDto,
    source: Source,
  ): Promise<KeyItem> {
    const row = await this.changing(keyReach(user), id, source, 'key.revoke', async (manager, before) => {
      if (before.revoked_at === null) await this.repository.revoke(manager, id, reason ?? null);
    });
    return this.item(row);
  }

  /** @throws ConflictException while an imported key's variable still holds it: the next start would bring it back. */
  async remove(id: string, source: Source): Promise<void> {
    await this.database.transaction(async (manager) => {
      const before = found(await this.repository.find(id, null, manager));
      const { source_variable: variable } = before;
      if (variable !== null && this.config.importedKeys.some((imported) => imported.variable === variable))
        throw new ConflictException(`This key follows ${variable}: remove the variable, or revoke the key.`);
      await this.repository.remove(manager, id);
      await this.audit.record(
        {
          ...source,
          action: 'key.delete',
          target: { type: 'key', id, name: before.name },
          before: toKeyItem(before, Date.now()),
        },
        manager,
      );
    });
    await this.freshness.refresh([id]);
  }

  /** One making after the other: two at once do not both fit into what is left. */
  private async ownKey(manager: EntityManager, userId: string, input: KeyInputDto): Promise<KeyInputDto> {
    await this.users.lockOne(manager, userId);
    const person = await this.users.find(userId, manager);
    if (person === null || person.ownKeys.max === 0)
      throw new ForbiddenException('You may not make keys. An admin can allow it, or make one for you.');
    if (person.keys >= person.ownKeys.max)
      throw new ConflictException(
        `You have ${person.keys} keys, and may make more while you have fewer than ${person.ownKeys.max}. Revoke one first.`,
      );
    return toOwnKey(input, userId, person.ownKeys);
  }

  /** @param reach whose keys may be changed; null is everybody's */
  private async changing(
    reach: string | null,
    id: string,
    source: Source,
    action: string,
    change: (manager: EntityManager, before: KeyRow) => Promise<void>,
  ): Promise<KeyRow> {
    const row = await this.database.transaction(async (manager) => {
      const before = found(await this.repository.find(id, reach, manager));
      await change(manager, before);
      return this.recorded(manager, source, action, before, id);
    });
    await this.freshness.refresh([id]);
    return row;
  }

  private async recorded(
    manager: EntityManager,
    source: Source,
    action: string,
    before: KeyRow | null,
    id: string,
  ): Promise<KeyRow> {
    const after = found(await this.repository.find(id, null, manager));
    const [was, is] = [before, after].map((row) => (row === null ? null : toKeyItem(row, Date.now())));
    await this.audit.record(
      {
        ...source,
        action,
        target: { type: 'key', id, name: after.name },
        before: was ?? null,
        after: is ?? null,
      },
      manager,
    );
    return after;
  }

  private async values(input: KeyChangeDto, manager?: EntityManager): Promise<KeyValues> {
    if (input.ownerId != null && !(await this.repository.userExists(input.ownerId, manager)))
      throw InvalidFieldsError.of('ownerId', 'is nobody known here');
    const values: KeyValues = {
      ...(input.name !== undefined && { name: input.name }),
      ...(input.note !== undefined && { note: input.note }),
      ...(input.ownerId !== undefined && { owner_id: input.ownerId }),
      ...(input.allowedModels !== undefined && { allowed_models: [...new Set(input.allowedModels)] }),
      ...(input.endpoints !== undefined && { endpoints: [...new Set(input.endpoints)] }),
      ...(input.ipRanges !== undefined && { ip_ranges: [...new Set(input.ipRanges)] }),
      ...(input.limits !== undefined && { limits: JSON.stringify(wholeLimits(input.limits)) }),
      ...(input.logPolicy !== undefined && { log_policy: input.logPolicy }),
      ...(input.priority !== undefined && { priority: input.priority }),
      ...(input.weight !== undefined && { weight: input.weight }),
      ...(input.mayReload !== undefined && { may_reload: input.mayReload }),
      ...(input.expiresAt !== undefined && { expires_at: this.expiry(input.expiresAt) }),
    };
    return values;
  }

  private expiry(text: string | null): Date | null {
    if (text === null) return null;
    const ms = parseTime('expiresAt', text, this.config.timezone);
    if (ms <= Date.now()) throw InvalidFieldsError.of('expiresAt', 'must be in the future');
    return new Date(ms);
  }

  private async withSecret(row: KeyRow, secret: string): Promise<KeyWithSecret> {
    await this.freshness.refresh([row.id]);
    return { ...(await this.item(row)), secret };
  }

  private async item(row: KeyRow): Promise<KeyItem> {
    const stored: StoredKeyItem = toKeyItem(row, Date.now());
    const lastUse = this.freshness.lastUse(row.id);
    return {
      ...stored,
      ...(lastUse !== null && { lastUsedAt: new Date(lastUse).toISOString() }),
      limitsUse: await this.limitsUse.of('key', row.id, stored.limits),
    };
  }
}

function found(row: KeyRow | null): KeyRow {
  if (row === null) throw new NotFoundException('There is no such key.');
  return row;
}
