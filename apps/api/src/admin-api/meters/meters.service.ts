import { randomUUID } from 'node:crypto';
import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { METER_SCOPES, type MeterItem, type MeterList } from '@ollameter/admin-contract';
import { isUUID } from 'class-validator';
import { DataSource, type EntityManager } from 'typeorm';
import { AppConfig } from '../../config/app-config';
import { overlapOf } from '../../energy/meters/meter-overlap';
import { MeterRegistry } from '../../energy/meters/meter-registry.service';
import { type MeterRecord, MeterRepository } from '../../energy/meters/meter.repository';
import { AuditService } from '../../identity/audit.service';
import type { AuditSource } from '../../identity/audit-source';
import { changedMeter, newMeter } from './meter-draft';
import { auditedMeter, toEnvironmentItem, toMeterItem } from './meter-item';
import type { MeterChangeDto, MeterInputDto } from './meter.dto';

/** Meters. Every change is one transaction with its audit record; what was charged before it stays. */
@Injectable()
export class MetersService {
  constructor(
    private readonly config: AppConfig,
    private readonly database: DataSource,
    private readonly repository: MeterRepository,
    private readonly registry: MeterRegistry,
    private readonly audit: AuditService,
  ) {}

  async list(): Promise<MeterList> {
    await this.registry.refresh();
    const records = await this.repository.all();
    const hosts = this.config.hosts.map(({ name }) => name);
    const withoutConstant = hosts.filter(
      (host) => !records.some((record) => record.host === host && isActiveConstant(record)),
    );
    const items = [
      ...records.map((record) => this.item(record)),
      ...withoutConstant.map((host) => {
        const { constant, meters } = this.registry.current(host);
        return toEnvironmentItem(host, constant, meters.length === 0);
      }),
    ];
    return { items: items.toSorted(byHostAndScope(hosts)) };
  }

  /** @throws InvalidFieldsError, ConflictException naming the meter that sees the same */
  async create(input: MeterInputDto, source: AuditSource): Promise<MeterItem> {
    const record: MeterRecord = { ...newMeter(input, this.hosts), id: randomUUID() };
    await this.changing(async (manager, others) => {
      refuseOverlap(record, others);
      await this.repository.save(record, manager);
      await this.recorded(manager, source, 'meter.create', null, record);
    });
    return this.item(record);
  }

  /** @throws NotFoundException, InvalidFieldsError, ConflictException naming the meter that sees the same */
  async change(id: string, change: MeterChangeDto, source: AuditSource): Promise<MeterItem> {
    const record = await this.changing(async (manager, all) => {
      const before = found(all, id);
      const after = changedMeter(before, change, this.hosts);
      refuseOverlap(after, all);
      await this.repository.save(after, manager);
      await this.recorded(manager, source, 'meter.change', before, after);
      return after;
    });
    return this.item(record);
  }

  /** What it measured stays charged. @throws NotFoundException */
  async remove(id: string, source: AuditSource): Promise<void> {
    await this.changing(async (manager, all) => {
      const before = found(all, id);
      await this.repository.delete(id, manager);
      await this.recorded(manager, source, 'meter.delete', before, null);
    });
  }

  private get hosts(): string[] {
    return this.config.hosts.map(({ name }) => name);
  }

  /** One change at a time, so that no two make an overlap; then it holds here, and elsewhere within a second. */
  private async changing<T>(
    change: (manager: EntityManager, all: readonly MeterRecord[]) => Promise<T>,
  ): Promise<T> {
    const result = await this.database.transaction(async (manager) => {
      await this.repository.lock(manager);
      return change(manager, await this.repository.all(manager));
    });
    await this.registry.refresh();
    return result;
  }

  private async recorded(
    manager: EntityManager,
    source: AuditSource,
    action: string,
    before: MeterRecord | null,
    after: MeterRecord | null,
  ): Promise<void> {
    const { id, name } = after ?? before ?? {};
    await this.audit.record(
      {
        ...source,
        action,
        target: { type: 'meter', id: id ?? null, name: name ?? null },
        before: before === null ? null : auditedMeter(before),
        after: after === null ? null : auditedMeter(after),
      },
      manager,
    );
  }

  private item(record: MeterRecord): MeterItem {
    const running = record.enabled ? this.registry.of(record.id) : null;
    const { constant } = this.registry.current(record.host);
    return toMeterItem(
      record,
      running,
      this.registry.counts(record.id),
      constant,
      this.config.energySettleMs,
    );
  }
}

/** The enabled meters that would count energy a second time beside this one. */
export function overlapsOf(
  record: Omit<MeterRecord, 'id'> & { id?: string | undefined },
  others: readonly MeterRecord[],
): { id: string; name: string; reason: string }[] {
  if (!record.enabled) return [];
  return others.flatMap((other) => {
    const reason = other.id === record.id || !other.enabled ? null : overlapOf(record, other);
    return reason === null ? [] : [{ id: other.id, name: other.name, reason }];
  });
}

function refuseOverlap(record: MeterRecord, others: readonly MeterRecord[]): void {
  const [overlap] = overlapsOf(record, others);
  if (overlap !== undefined)
    throw new ConflictException(
      `The meter '${overlap.name}' would count the same energy: ${overlap.reason}. Turn one of them off.`,
    );
}

/** @throws NotFoundException; ConflictException for what the environment says */
export function found(records: readonly MeterRecord[], id: string): MeterRecord {
  if (id.startsWith('environment:'))
    throw new ConflictException(
      'POWER_WATTS and IDLE_WATTS are settings; a constant made here takes their place for its host.',
    );
  const record = isUUID(id) ? records.find((each) => each.id === id.toLowerCase()) : undefined;
  if (record === undefined) throw new NotFoundException('There is no such meter.');
  return record;
}

function isActiveConstant({ kind, enabled }: MeterRecord): boolean {
  return kind === 'constant' && enabled;
}

function byHostAndScope(hosts: readonly string[]): (a: MeterItem, b: MeterItem) => number {
  const hostOf = ({ host }: MeterItem) => (hosts.includes(host) ? hosts.indexOf(host) : hosts.length);
  const scopeOf = ({ scope }: MeterItem) => METER_SCOPES.indexOf(scope);
  return (a, b) =>
    hostOf(a) - hostOf(b) ||
    a.host.localeCompare(b.host) ||
    Number(b.counts) - Number(a.counts) ||
    scopeOf(a) - scopeOf(b);
}
