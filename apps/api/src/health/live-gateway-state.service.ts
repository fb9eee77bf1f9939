import { Injectable } from '@nestjs/common';
import type { GatewayStatus } from '@ollameter/admin-contract';
import { GatewayState } from '../admin-api/gateway-state';
import { AdmissionService } from '../admission/admission.service';
import { AppConfig } from '../config/app-config';
import { DatabaseProbe } from '../database/database-probe.service';
import { PowerHistory } from '../energy/power-history.service';
import { PriceFetcher } from '../energy/price-fetcher.service';
import { TariffService } from '../energy/tariff.service';
import { nowUs } from '../exchange/gateway-clock';
import { InFlight } from '../exchange/in-flight';
import { RedisConnection } from '../redis/redis-connection.service';
import { Replicas } from '../replicas/replicas.service';
import { SpooledRequestLog } from '../request-log/spooled-request-log.service';
import { HostPool } from '../upstream/ollama/host-pool.service';
import { VERSION } from './version';

/** What the portal's frame shows, read where it lives. */
@Injectable()
export class LiveGatewayState extends GatewayState {
  constructor(
    private readonly config: AppConfig,
    private readonly hosts: HostPool,
    private readonly admission: AdmissionService,
    private readonly inFlight: InFlight,
    private readonly log: SpooledRequestLog,
    private readonly tariffs: TariffService,
    private readonly prices: PriceFetcher,
    private readonly power: PowerHistory,
    private readonly database: DatabaseProbe,
    private readonly redis: RedisConnection,
    private readonly replicas: Replicas,
  ) {
    super();
  }

  async status(): Promise<GatewayStatus> {
    const databaseReachable = await this.database.reachable();
    const { config } = this;
    const tariff = this.tariffs.tariff.at(nowUs());
    const hosts = this.hosts.hosts.map((host) => ({
      name: host.name,
      url: host.url,
      demo: host.config.demo,
      reachable: host.reachable,
      slots: host.config.slots,
      running: host.running,
    }));
    return {
      version: VERSION,
      demo: this.hosts.demo,
      gatewayUrl: `http://${config.gatewayHost}:${config.gatewayPort}`,
      timezone: config.timezone,
      currency: tariff.version.currency,
      rateMicrosPerKwh: Number(tariff.rateMicrosPerKwh),
      powerWatts: this.power.hosts.reduce((sum, { watts }) => sum + watts, 0),
      hosts,
      queued: this.admission.queued,
      running: this.inFlight.size,
      spool: this.log.stats(),
      databaseReachable,
      redis: this.redis.state,
      prices: this.prices.state,
      replicas: this.replicas.count,
    };
  }
}
