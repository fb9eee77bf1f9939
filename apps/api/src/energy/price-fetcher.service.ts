import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BUCKET_US, type QuarterPrices } from '@ollameter/cost-model';
import { HttpTextError, readHttpText } from './http-text';
import { PriceFetchRepository } from './price-fetch.repository';
import { PriceListError, readPriceList } from './price-list';
import { type TariffRecord, TariffRepository } from './tariff.repository';
import { TariffService } from './tariff.service';

/** How often it is looked whether a fetch is due. */
const LOOK_EVERY_MS = 60_000;

/**
 * Keeps dynamic tariffs that are or will be in force supplied with the prices of their URL: hourly, and five minutes
 * after a failure. How it went is kept, so that the portal can tell; of several gateways one fetches.
 */
@Injectable()
export class PriceFetcher implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(PriceFetcher.name);
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly repository: TariffRepository,
    private readonly fetches: PriceFetchRepository,
    private readonly tariffs: TariffService,
  ) {}

  onApplicationBootstrap(): void {
    void this.fetchDue();
    this.timer = setInterval(() => void this.fetchDue(), LOOK_EVERY_MS);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  /**
   * Fetches and stores a tariff's prices now.
   * @throws HttpTextError, PriceListError
   */
  async fetch(record: TariffRecord): Promise<QuarterPrices> {
    await this.fetches.begin(record.id);
    return this.fetchBegun(record);
  }

  /** Fetches what is due and not being fetched by another gateway. */
  async fetchDue(): Promise<void> {
    try {
      for (const record of await this.repository.all())
        if (isFetched(record) && (await this.fetches.claim(record.id))) await this.tryFetch(record);
    } catch (error) {
      this.logger.warn(`Prices wait to be fetched: ${String(error)}`);
    }
  }

  private async fetchBegun(record: TariffRecord): Promise<QuarterPrices> {
    try {
      const prices = await pricesOf(record);
      await this.repository.storePrices(record.id, prices);
      await this.fetches.succeeded(record.id);
      await this.tariffs.refresh();
      return prices;
    } catch (error) {
      await this.fetches.failed(record.id, error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  private async tryFetch(record: TariffRecord): Promise<void> {
    try {
      const prices = await this.fetchBegun(record);
      const untilMs = ((Math.max(...prices.keys()) + 1) * BUCKET_US) / 1_000;
      this.logger.log(`Prices of '${record.name}' are known until ${new Date(untilMs).toISOString()}.`);
    } catch (error) {
      if (!(error instanceof HttpTextError) && !(error instanceof PriceListError)) throw error;
      this.logger.warn(`Prices of '${record.name}' could not be fetched: ${error.message}`);
    }
  }
}

function isFetched({ validFromUs, plan }: TariffRecord): boolean {
  return validFromUs !== null && plan.kind === 'dynamic' && plan.priceUrl !== undefined;
}

/** @throws HttpTextError, PriceListError */
async function pricesOf({ plan }: TariffRecord): Promise<QuarterPrices> {
  if (plan.kind !== 'dynamic' || plan.priceUrl === undefined)
    throw new PriceListError('the tariff has no priceUrl');
  const { priceUrl, priceUnit = 1, stepMinutes } = plan;
  return readPriceList(await readHttpText(priceUrl), { stepMinutes, timezone: 'UTC', unit: priceUnit });
}
