import { Injectable } from '@nestjs/common';
import {
  type LedgerAmount,
  type LedgerLine,
  meanConcurrency,
  toNumeric,
  totalOf,
} from '@ollameter/cost-model';
import { DataSource, type EntityManager } from 'typeorm';
import { monthPartition, oneOfEachMonth } from '../request-log/month-partition';
import { type ActiveRowColumns, toActiveRow } from './active-row';
import { type EnergyByKey, toEnergyByKey } from './energy-by-key';
import type { MeteredPower } from './power-meter';
import type { ActiveRow, OpenShare, SettledRequest } from './settlement';
import * as sql from './settlement.sql';
import { fromStoredSlices, type StoredSlice, toStoredSlices } from './stored-slice';

/** An open share, and what its row says of its end once it is stored. */
export interface StoredOpenShare extends OpenShare {
  readonly stored: boolean;
  /** Null where the row has no activity (it was interrupted), or no row is stored. */
  readonly activeToUs: number | null;
}

export interface Frontier {
  readonly host: string;
  readonly settledToUs: number;
}

interface OpenShareColumns {
  id: string;
  slices: StoredSlice[];
  estimated: boolean;
  stored: boolean;
  active_to_us: string | null;
}

/** A row is accepted at most this long before it ends: the waits and timeouts are bounded to a day each. */
const LONGEST_REQUEST_MS = 3 * 86_400_000;

/** The settler's statements. All `Us` are Unix µs; writes belong in one transaction per host. */
@Injectable()
export class SettlementRepository {
  private readonly months = new Set<string>();

  constructor(private readonly dataSource: DataSource) {}

  async transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await this.dataSource.transaction(work);
    } catch (error) {
      // A month that it created is gone with it.
      this.months.clear();
      throw error;
    }
  }

  /** Starts the time of hosts that have none yet, or whose frontier lies after `latestUs`, at `fromUs`. */
  async enrol(hosts: readonly string[], fromUs: number, latestUs: number): Promise<void> {
    await this.dataSource.query(sql.ENROL, [hosts, fromUs, latestUs]);
  }

  async frontiers(): Promise<Frontier[]> {
    const rows = await this.dataSource.query<{ host: string; settled_to_us: string }[]>(sql.FRONTIERS);
    return rows.map((row) => ({ host: row.host, settledToUs: Number(row.settled_to_us) }));
  }

  /** Whether any row waits for its charge. */
  async anyWaiting({ host, settledToUs }: Frontier): Promise<boolean> {
    const [row] = await this.dataSource.query<{ waiting: boolean }[]>(sql.ANY_WAITING, [
      host,
      settledToUs,
      idFloor(settledToUs),
    ]);
    return row?.waiting === true;
  }

  /** Locks the host's frontier, so that two settlers can never settle the same time, and reads it. */
  async lockFrontier(manager: EntityManager, host: string): Promise<number> {
    const [row] = await manager.query<{ settled_to_us: string }[]>(sql.LOCK_FRONTIER, [host]);
    if (row === undefined) throw new Error(`no energy frontier for host '${host}'`);
    return Number(row.settled_to_us);
  }

  /** The newest end of activity after the frontier and not after `beforeUs`; null when there is none. */
  async newestEnd(
    manager: EntityManager,
    host: string,
    fromUs: number,
    beforeUs: number,
  ): Promise<number | null> {
    const [row] = await manager.query<{ end_us: string | null }[]>(sql.NEWEST_END, [
      host,
      fromUs,
      beforeUs,
      idFloor(fromUs),
    ]);
    return row === undefined || row.end_us === null ? null : Number(row.end_us);
  }

  /** Uncharged rows that ended in (fromUs, toUs], by their end, at most `limit`. */
  async ended(
    manager: EntityManager,
    host: string,
    fromUs: number,
    toUs: number,
    limit: number,
  ): Promise<ActiveRow[]> {
    const rows = await manager.query<ActiveRowColumns[]>(sql.ENDED, [
      host,
      fromUs,
      toUs,
      idFloor(fromUs),
      limit,
    ]);
    return rows.map(toActiveRow);
  }

  /** Uncharged rows that were active at `atUs` and after. */
  async reaching(manager: EntityManager, host: string, atUs: number): Promise<ActiveRow[]> {
    const rows = await manager.query<ActiveRowColumns[]>(sql.REACHING, [
      host,
      atUs,
      atUs + LONGEST_REQUEST_MS * 1_000,
      idFloor(atUs),
    ]);
    return rows.map(toActiveRow);
  }

  async openShares(manager: EntityManager, host: string): Promise<StoredOpenShare[]> {
    const rows = await manager.query<OpenShareColumns[]>(sql.OPEN_SHARES, [host]);
    return rows.map(toOpenShare);
  }

  /** Rows that ended in (sinceUs, frontierUs] and yet have neither a charge nor an open share. */
  async late(manager: EntityManager, host: string, sinceUs: number, frontierUs: number): Promise<string[]> {
    const rows = await manager.query<{ id: string }[]>(sql.LATE, [
      host,
      sinceUs,
      frontierUs,
      idFloor(sinceUs),
    ]);
    return rows.map((row) => row.id);
  }

  /** Writes final charges, once each, adds them to their rollups and closes their open shares. */
  async writeSettled(
    manager: EntityManager,
    host: string,
    settled: readonly SettledRequest[],
    { source, scope, quality }: MeteredPower,
  ): Promise<void> {
    if (settled.length === 0) return;
    const ids = settled.map(({ id }) => id).toSorted();
    const totals = settled.map(({ share }) => totalOf(share));
    await this.ensureMonths(manager, ids);
    await manager.query(sql.WRITE_SETTLED, [
      host,
      source,
      scope,
      settled.map(({ id }) => id),
      totals.map((total) => toNumeric(total.energyPj)),
      totals.map((total) => toNullable(total.costNumerator)),
      settled.map(({ tariffVersion }, index) => totals[index]?.currency ?? tariffVersion.currency),
      settled.map(({ estimated }) => (estimated ? 'estimated' : quality)),
      settled.map(({ share }) => meanConcurrency(share)),
      settled.map(({ tariffVersion }) => tariffVersion.id),
      totals.map((total) => toNumeric(total.floorPj)),
      totals.map((total) => toNullable(total.floorCostNumerator)),
      settled.map(({ share }) => JSON.stringify(toStoredSlices(share))),
      ids[0],
      ids.at(-1),
    ]);
    await this.writeByKey(manager, host, ids, settled.flatMap(toEnergyByKey));
    await manager.query(sql.CLOSE_OPEN, [ids]);
  }

  async writeOpen(manager: EntityManager, host: string, open: readonly OpenShare[]): Promise<void> {
    if (open.length === 0) return;
    await manager.query(sql.WRITE_OPEN, [
      host,
      open.map(({ id }) => id),
      open.map(({ share }) => JSON.stringify(toStoredSlices(share))),
      open.map(({ estimated }) => estimated),
    ]);
  }

  async writeLedger(manager: EntityManager, host: string, lines: readonly LedgerLine[]): Promise<void> {
    if (lines.length === 0) return;
    await manager.query(sql.WRITE_LEDGER, [
      host,
      lines.map((line) => line.bucketUs),
      lines.map((line) => line.kind),
      lines.map((line) => line.currency),
      ...amounts(lines),
    ]);
  }

  async moveFrontier(manager: EntityManager, host: string, settledToUs: number): Promise<void> {
    await manager.query(sql.MOVE_FRONTIER, [host, settledToUs]);
  }

  private async writeByKey(
    manager: EntityManager,
    host: string,
    ids: readonly string[],
    lines: readonly EnergyByKey[],
  ): Promise<void> {
    if (lines.length === 0) return;
    await manager.query(sql.WRITE_BY_KEY, [
      host,
      lines.map((line) => line.id),
      lines.map((line) => line.bucketUs),
      lines.map((line) => line.currency),
      ...amounts(lines),
      ids[0],
      ids.at(-1),
    ]);
  }

  private async ensureMonths(manager: EntityManager, ids: readonly string[]): Promise<void> {
    for (const id of oneOfEachMonth(ids)) {
      const { name, from, to } = monthPartition('request_energy', id);
      if (this.months.has(name)) continue;
      await manager.query(
        `CREATE TABLE IF NOT EXISTS ${name} PARTITION OF request_energy FOR VALUES FROM ('${from}') TO ('${to}')`,
      );
      this.months.add(name);
    }
  }
}

/** The smallest id that a row ending at `us` can have: lets PostgreSQL leave out the months before. */
function idFloor(us: number): string {
  const ms = Math.max(0, Math.floor(us / 1_000) - LONGEST_REQUEST_MS);
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

function toOpenShare(row: OpenShareColumns): StoredOpenShare {
  return {
    id: row.id,
    share: fromStoredSlices(row.slices),
    estimated: row.estimated,
    stored: row.stored,
    activeToUs: row.active_to_us === null ? null : Number(row.active_to_us),
  };
}

function toNullable(value: bigint | null): string | null {
  return value === null ? null : toNumeric(value);
}

/** The four columns of amounts, as parameters. */
function amounts(lines: readonly LedgerAmount[]): string[][] {
  return [
    lines.map((line) => toNumeric(line.energyPj)),
    lines.map((line) => toNumeric(line.costNumerator)),
    lines.map((line) => toNumeric(line.floorPj)),
    lines.map((line) => toNumeric(line.floorCostNumerator)),
  ];
}
