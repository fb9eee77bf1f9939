import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BUCKET_US, type QuarterPrices } from '@ollameter/cost-model';
import { HttpTextError, readHttpText } from './http-text';
import { PriceListError, readPriceList } from './price-list';
import { type TariffRecord, TariffRepository } from './tariff.repository';
import { TariffService } from './tariff.service';

const EVERY_MS = 3_600_000;

/** Keeps dynamic tariffs that are or will be in force supplied with the prices of their URL: at the start and hourly. */
@Injectable()
export class PriceFetcher implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(PriceFetcher.name);
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly repository: TariffRepository,
    private readonly tariffs: TariffService,
  ) {}

  onApplicationBootstrap(): void {
    void this.fetchAll();
    this.timer = setInterval(() => void this.fetchAll(), EVERY_MS);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  /**
   * Fetches and stores a tariff's prices.
   * @throws HttpTextError, PriceListError
   */
  async fetch(record: TariffRecord): Promise<QuarterPrices> {
    if (record.plan.kind !== 'dynamic' || record.plan.priceUrl === undefined)
      throw new PriceListError('the tariff has no priceUrl');
    const { priceUrl, priceUnit = 1, stepMinutes } = record.plan;
    const text = await readHttpText(priceUrl);
    const prices = readPriceList(text, { stepMinutes, timezone: 'UTC', unit: priceUnit });
    await this.repository.storePrices(record.id, prices);
    await this.tariffs.refresh();
    return prices;
  }

  private async fetchAll(): Promise<void> {
    try {
      for (const record of await this.repository.all())
        if (
          record.validFromUs !== null &&
          record.plan.kind === 'dynamic' &&
          record.plan.priceUrl !== undefined
        )
          await this.tryFetch(record);
    } catch (error) {
      this.logger.warn(`Prices wait to be fetched: ${String(error)}`);
    }
  }

  private async tryFetch(record: TariffRecord): Promise<void> {
    try {
      const prices = await this.fetch(record);
      const untilMs = ((Math.max(...prices.keys()) + 1) * BUCKET_US) / 1_000;
      this.logger.log(`Prices of '${record.name}' are known until ${new Date(untilMs).toISOString()}.`);
    } catch (error) {
      if (!(error instanceof HttpTextError) && !(error instanceof PriceListError)) throw error;
      this.logger.warn(`Prices of '${record.name}' could not be fetched: ${error.message}`);
    }
  }
}
