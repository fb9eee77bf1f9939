import { Injectable, type OnModuleInit } from '@nestjs/common';
import { BUCKET_US, Tariff, type TariffVersion, toSchedule } from '@ollameter/cost-model';
import { AppConfig } from '../config/app-config';
import { EnergyClock } from './energy-clock';
import { type TariffRecord, TariffRepository } from './tariff.repository';

/** The tariff in force, kept in memory: a changed `ELECTRICITY_RATE` or `CURRENCY` opens a version at this start. */
@Injectable()
export class TariffService implements OnModuleInit {
  private loaded: Tariff | null = null;
  private revision = '';

  constructor(
    private readonly config: AppConfig,
    private readonly clock: EnergyClock,
    private readonly repository: TariffRepository,
  ) {}

  /** @throws the database's error, which stops the start. */
  async onModuleInit(): Promise<void> {
    await this.repository.openFromEnvironment(
      this.config.currency,
      this.config.rateMicrosPerKwh,
      this.clock.startedAtUs,
    );
    await this.refresh();
  }

  /** All versions that are or will be in force. */
  get tariff(): Tariff {
    if (this.loaded === null) throw new Error('the tariff is read when the module starts');
    return this.loaded;
  }

  /** Reads the tariff again if this or another process changed it. */
  async refresh(): Promise<void> {
    const revision = await this.repository.revision();
    if (revision === this.revision) return;
    const records = (await this.repository.all()).filter(({ validFromUs }) => validFromUs !== null);
    this.loaded = new Tariff(await Promise.all(records.map((record) => this.versionOf(record))));
    this.revision = revision;
  }

  /** A single plan as if it were in force at all times; of a dynamic one with the prices of that time. */
  async tariffOf(record: TariffRecord, fromUs: number, toUs: number): Promise<Tariff> {
    const prices =
      record.plan.kind === 'dynamic'
        ? await this.repository.prices(record.id, Math.floor(fromUs / BUCKET_US), Math.ceil(toUs / BUCKET_US))
        : undefined;
    return new Tariff([
      { id: record.id, currency: record.currency, validFromUs: 0, schedule: toSchedule(record.plan, prices) },
    ]);
  }

  private async versionOf(record: TariffRecord): Promise<TariffVersion> {
    const prices = record.plan.kind === 'dynamic' ? await this.repository.prices(record.id) : undefined;
    return {
      id: record.id,
      currency: record.currency,
      validFromUs: record.validFromUs ?? 0,
      schedule: toSchedule(record.plan, prices),
    };
  }
}
