import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import { LimitEvents } from '../admission/limits/limit-events';
import { GatewayState } from '../admin-api/gateway-state';
import { PriceFetcher } from '../energy/price-fetcher.service';
import { PowerHistory } from '../energy/power-history.service';
import { SpooledRequestLog } from '../request-log/spooled-request-log.service';
import { HostPool } from '../upstream/ollama/host-pool.service';
import { LedgerMetrics } from './ledger-metrics';
import { LimitMetrics } from './limit-metrics';
import { PriceMetrics } from './price-metrics';
import { RequestMetrics } from './request-metrics';
import { StateMetrics } from './state-metrics';

/** The process in Prometheus' words; each app has a registry of its own. */
@Injectable()
export class MetricsService {
  private readonly registry = new Registry();
  private readonly state: StateMetrics;
  private readonly ledger: LedgerMetrics;
  private readonly priceMetrics: PriceMetrics;

  constructor(
    private readonly gateway: GatewayState,
    log: SpooledRequestLog,
    hosts: HostPool,
    private readonly power: PowerHistory,
    private readonly prices: PriceFetcher,
    dataSource: DataSource,
    limits: LimitEvents,
  ) {
    collectDefaultMetrics({ register: this.registry, prefix: 'ollameter_' });
    const requests = new RequestMetrics(this.registry, (model) => hosts.holds(model));
    const limitMetrics = new LimitMetrics(this.registry);
    limits.onEvent((event) => limitMetrics.observe(event));
    log.onAnswer((record) => requests.observe(record));
    this.state = new StateMetrics(this.registry);
    this.ledger = new LedgerMetrics(this.registry, dataSource);
    this.priceMetrics = new PriceMetrics(this.registry);
    prices.onFailure((tariff) => this.priceMetrics.observeFailure(tariff));
  }

  /** The exposition text. While PostgreSQL is away the ledger's last figures stay, and `ollameter_database_up` says so. */
  async text(): Promise<string> {
    const status = await this.gateway.status();
    this.state.read(status, this.power.hosts);
    this.priceMetrics.read(this.prices.supplies);
    if (status.databaseReachable) await this.ledger.read();
    return this.registry.metrics();
  }
}
