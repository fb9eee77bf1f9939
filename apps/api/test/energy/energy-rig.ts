import { fromNumeric } from '@ollameter/cost-model';
import type { DataSource } from 'typeorm';
import { AppConfig } from '../../src/config/app-config';
import { PepperService } from '../../src/auth/pepper.service';
import { EnergyClock } from '../../src/energy/energy-clock';
import { type ClaimsElsewhere, OtherReplicas } from '../../src/energy/claims-elsewhere';
import { HostMeter } from '../../src/energy/host-meter';
import { HostSettler } from '../../src/energy/host-settler';
import { MeterRegistry } from '../../src/energy/meters/meter-registry.service';
import { MeterRepository } from '../../src/energy/meters/meter.repository';
import { PhaseWeights } from '../../src/energy/phase-weights.service';
import { SettlementRepository } from '../../src/energy/settlement.repository';
import { TariffRepository } from '../../src/energy/tariff.repository';
import { TariffService } from '../../src/energy/tariff.service';
import { UnstoredIntervals } from '../../src/energy/unstored-intervals';
import { InFlight } from '../../src/exchange/in-flight';
import { monthPartition } from '../../src/request-log/month-partition';
import type { TestDatabase } from './postgres';

export const HOST = '127.0.0.1:11434';
export const SECOND = 1_000_000;
/** 24 Nov 2026, 12:00 UTC. */
export const NOON_US = Date.UTC(2026, 10, 24, 12) * 1_000;

/** A clock that stands until it is set. */
export class HandClock extends EnergyClock {
  constructor(
    readonly startedAtUs: number,
    public us = startedAtUs,
  ) {
    super();
  }

  nowUs(): number {
    return this.us;
  }
}

/** What the spool holds, by request id. */
export class SpooledIntervals extends UnstoredIntervals {
  readonly slotFromUs = new Map<string, { host: string; us: number }>();

  oldestSlotFromUs(host: string): number | null {
    const here = [...this.slotFromUs.values()].filter((record) => record.host === host).map(({ us }) => us);
    return here.length === 0 ? null : Math.min(...here);
  }
}

/** What the other replicas have told; none where nothing is set. */
export class ToldClaims extends OtherReplicas {
  told: ClaimsElsewhere = { running: [], unstoredFromUs: null, toldToUs: Infinity };

  claimsOn(): ClaimsElsewhere {
    return this.told;
  }
}

export interface Row {
  readonly id?: string;
  readonly host?: string;
  /** Seconds after noon; no activity where left out. */
  readonly active?: readonly [number, number];
  readonly acceptedAt?: number;
  readonly outcome?: string;
  readonly keyId?: string;
  readonly model?: string | null;
  /** How long the prompt took, s, and what it and the answer held. */
  readonly promptSeconds?: number;
  readonly tokens?: readonly [prompt: number, completion: number];
  /** Of the prompt's tokens, those from Ollama's cache. */
  readonly cached?: number;
}

export interface Charge {
  id: string;
  energy_pj: string;
  cost_numerator: string | null;
  currency: string;
  quality: string;
  source: string;
  scope: string;
  concurrency: number;
  tariff_version_id: number;
}

/** One start of the settler on a database that outlives it. */
export class EnergyRig {
  readonly inFlight = new InFlight();
  readonly unstored = new SpooledIntervals();
  readonly others = new ToldClaims();
  readonly config: AppConfig;
  readonly tariffs: TariffService;
  readonly settler: HostSettler;
  readonly meters: MeterRegistry;
  private ids = 0;

  private constructor(
    private readonly database: TestDatabase,
    readonly clock: HandClock,
    variables: Record<string, string>,
  ) {
    this.config = AppConfig.fromVariables({
      DATABASE_URL: database.url,
      KEY_PEPPER: 'a pepper for the energy tests alone',
      OLLAMA_URL: `http://${HOST}`,
      ...variables,
    });
    this.tariffs = new TariffService(this.config, clock, new TariffRepository(this.dataSource));
    const pepper = new PepperService(this.config, this.dataSource);
    this.meters = new MeterRegistry(this.config, clock, new MeterRepository(this.dataSource, pepper));
    this.settler = new HostSettler(
      this.config,
      clock,
      this.inFlight,
      this.unstored,
      this.others,
      new HostMeter(this.config, clock, this.meters),
      this.tariffs,
      new SettlementRepository(this.dataSource),
      new PhaseWeights(this.config, clock, this.dataSource),
    );
  }

  static async start(
    database: TestDatabase,
    { at = 0, ...variables }: { at?: number } & Record<string, string | number> = {},
  ): Promise<EnergyRig> {
    const settings = Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, String(value)]),
    );
    const rig = new EnergyRig(database, new HandClock(NOON_US + at * SECOND), settings);
    await rig.tariffs.onModuleInit();
    await rig.settler.enrol();
    return rig;
  }

  get dataSource(): DataSource {
    return this.database.dataSource;
  }

  /** Settles at a second after noon, until no full batch is left. */
  async settleAt(second: number): Promise<void> {
    this.clock.us = NOON_US + second * SECOND;
    while (await this.settler.settleAll());
  }

  /** A request takes a slot; returns its undo. */
  run(id: string, slotFrom: number, firstRecord: number | null = null, host = HOST): () => void {
    const firstRecordUs = firstRecord === null ? null : NOON_US + firstRecord * SECOND;
    return this.inFlight.enter({ id, host, slotFromUs: NOON_US + slotFrom * SECOND, firstRecordUs });
  }

  /** An id accepted at a second after noon; later calls give larger ids. */
  idAt(second: number): string {
    return uuidV7(NOON_US / 1_000 + Math.floor(second * 1_000), (this.ids += 1));
  }

  /** Stores a row as the log's writer does; an id that is there stays as it is. */
  async store(row: Row): Promise<string> {
    const acceptedAt = row.acceptedAt ?? row.active?.[0] ?? 0;
    const id = row.id ?? this.idAt(acceptedAt);
    const { name, from, to } = monthPartition('request_log', id);
    await this.dataSource.query(
      `CREATE TABLE IF NOT EXISTS ${name} PARTITION OF request_log FOR VALUES FROM ('${from}') TO ('${to}')`,
    );
    const [fromUs, toUs] = (row.active ?? [null, null]).map((second) =>
      second === null ? null : Math.round(NOON_US + second * SECOND),
    );
    await this.dataSource.query(
      `INSERT INTO request_log (id, at, key_id, model, host, endpoint, streamed, status, outcome, duration_ms,
                                slot_from_us, active_from_us, active_to_us, prompt_ms, prompt_tokens,
                                completion_tokens, cached_prompt_tokens)
       VALUES ($1, timestamptz 'epoch' + $2::bigint * interval '1 ms', $3, $4, $5, '/v1/chat/completions', true, 200,
               $6, 1, $7, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING`,
      [
        id,
        Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16),
        row.keyId ?? null,
        row.model === undefined ? 'llama3.1:8b' : row.model,
        row.host ?? HOST,
        row.outcome ?? 'completed',
        fromUs,
        toUs,
        row.promptSeconds === undefined ? null : row.promptSeconds * 1_000,
        row.tokens?.[0] ?? null,
        row.tokens?.[1] ?? null,
        row.cached ?? null,
      ],
    );
    return id;
  }

  async charge(id: string): Promise<Charge | undefined> {
    const [charge] = await this.dataSource.query<Charge[]>(`SELECT * FROM request_energy WHERE id = $1`, [
      id,
    ]);
    return charge;
  }

  /** Joules of a request's charge. */
  async joules(id: string): Promise<number | null> {
    const charge = await this.charge(id);
    return charge === undefined ? null : Number(charge.energy_pj) / 1e12;
  }

  async quality(id: string): Promise<string> {
    return (await this.charge(id))?.quality ?? 'pending';
  }

  async sum(query: string, parameters: unknown[] = []): Promise<bigint> {
    const [row] = await this.dataSource.query<{ sum: string | null }[]>(query, parameters);
    return fromNumeric(row?.sum ?? '0');
  }

  /** pJ by kind, and what requests were charged so far, open shares included. */
  async books(
    host = HOST,
  ): Promise<{ request: bigint; idle: bigint; charged: bigint; open: bigint; rollup: bigint }> {
    const ledger = (kind: string) =>
      this.sum(`SELECT sum(energy_pj) FROM energy_ledger WHERE host = $1 AND kind = $2`, [host, kind]);
    return {
      request: await ledger('request'),
      idle: await ledger('idle'),
      charged: await this.sum(`SELECT sum(energy_pj) FROM request_energy WHERE host = $1`, [host]),
      open: await this.sum(
        `SELECT sum((slice ->> 'pj')::numeric) FROM energy_open, jsonb_array_elements(slices) AS slice WHERE host = $1`,
        [host],
      ),
      rollup: await this.sum(`SELECT sum(energy_pj) FROM usage_rollup WHERE host = $1`, [host]),
    };
  }

  /** Checks rule 3: what requests are charged is what the ledger metered for them, in energy and in cost. */
  async expectConserved(host = HOST): Promise<void> {
    const books = await this.books(host);
    expect(books.charged + books.open).toBe(books.request);
    expect(books.rollup).toBe(books.charged);
    const cost = (table: string) =>
      this.sum(`SELECT sum(cost_numerator) FROM ${table} WHERE host = $1`, [host]);
    const openCost = await this.sum(
      `SELECT sum((slice ->> 'pj')::numeric * (slice ->> 'rate')::numeric) FROM energy_open, jsonb_array_elements(slices)
         AS slice WHERE host = $1`,
      [host],
    );
    expect((await cost('request_energy')) + openCost).toBe(
      await this.sum(`SELECT sum(cost_numerator) FROM energy_ledger WHERE host = $1 AND kind = 'request'`, [
        host,
      ]),
    );
    expect(await cost('usage_rollup')).toBe(await cost('request_energy'));
    expect(await cost('energy_by_key')).toBe(await cost('request_energy'));
    await this.expectSlicesSum(host);
  }

  /** Each row's slices sum to it, to the unit, in energy, cost and floor; no floor is above the energy. */
  private async expectSlicesSum(host: string): Promise<void> {
    const wrong: unknown = await this.dataSource.query(
      `SELECT id FROM (SELECT row.id, row.energy_pj, row.cost_numerator, row.floor_pj,
                              coalesce(sum((slice ->> 'pj')::numeric), 0) AS pj,
                              coalesce(sum((slice ->> 'pj')::numeric * (slice ->> 'rate')::numeric), 0) AS cost,
                              coalesce(sum((slice ->> 'floor')::numeric), 0) AS floor
                         FROM request_energy AS row LEFT JOIN jsonb_array_elements(slices) AS slice ON true
                        WHERE host = $1 GROUP BY row.id, row.energy_pj, row.cost_numerator, row.floor_pj) AS summed
        WHERE pj <> energy_pj OR cost <> cost_numerator OR floor <> floor_pj OR floor > pj`,
      [host],
    );
    expect(wrong).toEqual([]);
  }
}

function uuidV7(ms: number, counter: number): string {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${counter.toString(16).padStart(12, '0')}`;
}
