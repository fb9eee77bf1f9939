import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { PricesState } from '@ollameter/admin-contract';
import { BUCKET_US, type QuarterPrices } from '@ollameter/cost-model';
import { EnergyClock } from './energy-clock';
import { HttpTextError, readHttpText } from './http-text';
import { PriceFetchRepository } from './price-fetch.repository';
import { PriceListError, readPriceList } from './price-list';
import { type TariffRecord, TariffRepository } from './tariff.repository';
import { TariffService } from './tariff.service';

/** How often it is looked whether a fetch is due. */
const LOOK_EVERY_MS = 60_000;

export type PricedTariff = Pick<TariffRecord, 'id' | 'name'>;

/** How fetching goes of a tariff that prices something now or later. */
export interface PriceSupply {
  readonly tariff: PricedTariff;
  /** The last time that it brought prices. */
  readonly fetchedAt: Date | null;
  /** Whether the last fetch failed. */
  readonly failing: boolean;
}

/**
 * Keeps dynamic tariffs that are or will be in force supplied with the prices of their URL: hourly, and five minutes
 * after a failure. Of several gateways one fetches; how it went is kept in the database, where each of them looks once
 * a minute, so that all can tell.
 */
@Injectable()
export class PriceFetcher implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(PriceFetcher.name);
  private readonly failureListeners: ((tariff: PricedTariff) => void)[] = [];
  private timer: NodeJS.Timeout | null = null;
  private seen: readonly PriceSupply[] = [];

  constructor(
    private readonly repository: TariffRepository,
    private readonly fetches: PriceFetchRepository,
    private readonly tariffs: TariffService,
    private readonly clock: EnergyClock,
  ) {}

  onApplicationBootstrap(): void {
    void this.fetchDue();
    this.timer = setInterval(() => void this.fetchDue(), LOOK_EVERY_MS);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  /** As last seen, of all gateways. */
  get supplies(): readonly PriceSupply[] {
    return this.seen;
  }

  get state(): PricesState {
    if (this.seen.length === 0) return 'off';
    return this.seen.some(({ failing }) => failing) ? 'failing' : 'ok';
  }

  /** Calls back whenever a fetch of this gateway fails. */
  onFailure(listener: (tariff: PricedTariff) => void): void {
    this.failureListeners.push(listener);
  }

  /**
   * Fetches and stores a tariff's prices now.
   * @throws HttpTextError, PriceListError
   */
  async fetch(record: TariffRecord): Promise<QuarterPrices> {
    await this.fetches.begin(record.id);
    try {
      return await this.fetchBegun(record);
    } finally {
      await this.look(await this.inUse());
    }
  }

  /** Fetches what is due and not being fetched by another gateway. */
  async fetchDue(): Promise<void> {
    try {
      const records = await this.inUse();
      for (const record of records) if (await this.fetches.claim(record.id)) await this.tryFetch(record);
      await this.look(records);
    } catch (error) {
      this.logger.warn(`Prices wait to be fetched: ${String(error)}`);
    }
  }

  /** Tariffs with a price URL that are in force, or will be. */
  private async inUse(): Promise<TariffRecord[]> {
    await this.tariffs.refresh();
    const nowUs = this.clock.nowUs();
    const inForceId = this.tariffs.tariff.versionAt(nowUs).id;
    return (await this.repository.all()).filter(
      ({ id, plan, validFromUs }) =>
        plan.kind === 'dynamic' &&
        plan.priceUrl !== undefined &&
        validFromUs !== null &&
        (validFromUs > nowUs || id === inForceId),
    );
  }

  private async look(records: readonly TariffRecord[]): Promise<void> {
    const fetches = await this.fetches.all();
    this.seen = records.map(({ id, name }) => {
      const { fetchedAt = null, error = null } = fetches.get(id) ?? {};
      return { tariff: { id, name }, fetchedAt, failing: error !== null };
    });
  }

  private async fetchBegun(record: TariffRecord): Promise<QuarterPrices> {
    try {
      const prices = await pricesOf(record);
      await this.repository.storePrices(record.id, prices);
      await this.fetches.succeeded(record.id);
      await this.tariffs.refresh();
      return prices;
    } catch (error) {
      for (const listener of this.failureListeners) listener(record);
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

/** @throws HttpTextError, PriceListError */
async function pricesOf({ plan }: TariffRecord): Promise<QuarterPrices> {
  if (plan.kind !== 'dynamic' || plan.priceUrl === undefined)
    throw new PriceListError('the tariff has no priceUrl');
  const { priceUrl, priceUnit = 1, stepMinutes } = plan;
  return readPriceList(await readHttpText(priceUrl), { stepMinutes, timezone: 'UTC', unit: priceUnit });
}
