import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Tariff, type TariffVersion } from '@ollameter/cost-model';
import { DataSource } from 'typeorm';
import { AppConfig } from '../config/app-config';
import { EnergyClock } from './energy-clock';

interface TariffVersionRow {
  id: number;
  currency: string;
  rate_micros_per_kwh: string;
  valid_from_us: string;
}

const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('ollameter.tariff', 0))`;

/** The very first version prices all time before it too. */
const OPEN_VERSION = `
  INSERT INTO tariff_version (currency, rate_micros_per_kwh, valid_from)
  SELECT $1, $2, CASE WHEN EXISTS (SELECT FROM tariff_version)
                      THEN timestamptz 'epoch' + $3::bigint * interval '1 microsecond'
                      ELSE timestamptz 'epoch' END
   WHERE NOT EXISTS (
     SELECT FROM (SELECT currency, rate_micros_per_kwh
                    FROM tariff_version ORDER BY valid_from DESC, id DESC LIMIT 1) AS newest
      WHERE newest.currency = $1 AND newest.rate_micros_per_kwh = $2)`;

const VERSIONS = `
  SELECT id, currency, rate_micros_per_kwh, (extract(epoch FROM valid_from) * 1000000)::bigint AS valid_from_us
    FROM tariff_version`;

/** The tariff versions, kept in memory: a changed `ELECTRICITY_RATE` or `CURRENCY` opens one at this start. */
@Injectable()
export class TariffService implements OnModuleInit {
  private loaded: Tariff | null = null;

  constructor(
    private readonly dataSource: DataSource,
    private readonly config: AppConfig,
    private readonly clock: EnergyClock,
  ) {}

  /** @throws the database's error, which stops the start. */
  async onModuleInit(): Promise<void> {
    this.loaded = await this.dataSource.transaction(async (manager) => {
      await manager.query(LOCK);
      await manager.query(OPEN_VERSION, [
        this.config.currency,
        this.config.rateMicrosPerKwh,
        this.clock.startedAtUs,
      ]);
      const rows = await manager.query<TariffVersionRow[]>(VERSIONS);
      return new Tariff(rows.map(toVersion));
    });
  }

  /** Every version there is. */
  get tariff(): Tariff {
    if (this.loaded === null) throw new Error('the tariff is read when the module starts');
    return this.loaded;
  }
}

function toVersion(row: TariffVersionRow): TariffVersion {
  return {
    id: row.id,
    currency: row.currency,
    rateMicrosPerKwh: BigInt(row.rate_micros_per_kwh),
    validFromUs: Number(row.valid_from_us),
  };
}
