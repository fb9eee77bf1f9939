import { Counter, Gauge, type Registry } from 'prom-client';
import type { PriceSupply, PricedTariff } from '../energy/price-fetcher.service';

type Label = 'tariff' | 'id';

/** How fetching electricity prices goes. Labels are tariffs, which only people make: bounded. */
export class PriceMetrics {
  private readonly failures: Counter<Label>;
  private readonly failing: Gauge<Label>;
  private readonly age: Gauge<Label>;

  constructor(registry: Registry) {
    const shared = { labelNames: ['tariff', 'id'] as const, registers: [registry] };
    this.failures = new Counter({
      name: 'ollameter_price_fetch_failures_total',
      help: "Fetches of a tariff's prices by this gateway that failed.",
      ...shared,
    });
    this.failing = new Gauge({
      name: 'ollameter_price_fetch_failing',
      help: "Whether the last fetch of a tariff's prices, by any gateway, failed; absent where it has no price URL.",
      ...shared,
    });
    this.age = new Gauge({
      name: 'ollameter_price_fetch_age_seconds',
      help: "Since the last fetch that brought a tariff's prices; absent before the first.",
      ...shared,
    });
  }

  observeFailure(tariff: PricedTariff): void {
    this.failures.inc(labelsOf(tariff));
  }

  read(supplies: readonly PriceSupply[]): void {
    for (const metric of [this.failing, this.age]) metric.reset();
    for (const { tariff, fetchedAt, failing } of supplies) {
      const labels = labelsOf(tariff);
      // From 0 on, so that the first failure is an increase.
      this.failures.inc(labels, 0);
      this.failing.set(labels, failing ? 1 : 0);
      if (fetchedAt !== null) this.age.set(labels, (Date.now() - fetchedAt.getTime()) / 1000);
    }
  }
}

function labelsOf({ id, name }: PricedTariff): Record<Label, string> {
  return { tariff: name, id: String(id) };
}
