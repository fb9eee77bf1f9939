import { Gauge, type Registry } from 'prom-client';
import { DataSource } from 'typeorm';

const PJ_PER_JOULE = 1e12;
/** 1 currency unit in pJ × µ-currency per kWh. */
const NUMERATOR_PER_UNIT = 3.6e24;

interface LedgerRow {
  host: string;
  kind: string;
  currency: string;
  energy_pj: string;
  cost_numerator: string;
}

/**
 * Energy and cost as the ledger has them, over all time and all replicas. Gauges by type, because a restored
 * backup may set them back; `increase()` works on them all the same.
 */
export class LedgerMetrics {
  private readonly energy: Gauge<'host' | 'kind'>;
  private readonly cost: Gauge<'host' | 'kind' | 'currency'>;

  constructor(
    registry: Registry,
    private readonly dataSource: DataSource,
  ) {
    const registers = [registry];
    this.energy = new Gauge({
      name: 'ollameter_energy_joules',
      help: 'Energy in the ledger since its beginning, by what it went to.',
      labelNames: ['host', 'kind'],
      registers,
    });
    this.cost = new Gauge({
      name: 'ollameter_cost',
      help: 'Electricity cost in the ledger since its beginning, in currency units.',
      labelNames: ['host', 'kind', 'currency'],
      registers,
    });
  }

  /** @throws the driver's error while PostgreSQL is away; the last figures stay. */
  async read(): Promise<void> {
    const rows = await this.dataSource.query<LedgerRow[]>(
      `SELECT host, kind, currency, sum(energy_pj)::text AS energy_pj, sum(cost_numerator)::text AS cost_numerator
         FROM energy_ledger GROUP BY host, kind, currency`,
    );
    this.energy.reset();
    this.cost.reset();
    for (const { host, kind, currency, energy_pj, cost_numerator } of rows) {
      this.energy.inc({ host, kind }, Number(energy_pj) / PJ_PER_JOULE);
      this.cost.set({ host, kind, currency }, Number(cost_numerator) / NUMERATOR_PER_UNIT);
    }
  }
}
