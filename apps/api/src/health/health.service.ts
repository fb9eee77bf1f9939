import { Injectable } from '@nestjs/common';
import type { PricesState, RedisState, SpoolStatus } from '@ollameter/admin-contract';
import { DatabaseProbe } from '../database/database-probe.service';
import { PriceFetcher } from '../energy/price-fetcher.service';
import { RedisConnection } from '../redis/redis-connection.service';
import { Replicas } from '../replicas/replicas.service';
import { SpooledRequestLog } from '../request-log/spooled-request-log.service';
import { HostPool } from '../upstream/ollama/host-pool.service';

/** `GET /health`: facts for a human or a probe; nothing in it is secret. */
export interface HealthReport {
  status: 'ok' | 'degraded';
  database: 'ok' | 'unreachable';
  redis: RedisState;
  /** Does not count for `status`: requests are served as ever, and known prices stay. */
  prices: PricesState;
  /** Gateways on this database, as last seen. */
  replicas: number;
  /** Accepted and not yet in PostgreSQL. */
  spool: Pick<SpoolStatus, 'records' | 'bytes' | 'oldestAgeMs' | 'condition' | 'unaccountedRecords'>;
  demo: boolean;
  hosts: { name: string; reachable: boolean }[];
}

/** Whether the gateway can take requests, and how its parts are. */
@Injectable()
export class HealthService {
  private draining = false;

  constructor(
    private readonly hosts: HostPool,
    private readonly log: SpooledRequestLog,
    private readonly database: DatabaseProbe,
    private readonly redis: RedisConnection,
    private readonly prices: PriceFetcher,
    private readonly replicas: Replicas,
  ) {}

  /** Readiness goes first, so that a balancer stops sending before the listeners close. */
  drain(): void {
    this.draining = true;
  }

  /** PostgreSQL may be away: the spool takes its place until it is full. */
  get ready(): boolean {
    return !this.draining && this.log.accepting;
  }

  async report(): Promise<HealthReport> {
    const database = (await this.database.reachable()) ? 'ok' : 'unreachable';
    const { records, bytes, oldestAgeMs, condition, unaccountedRecords } = this.log.stats();
    const hosts = this.hosts.hosts.map((host) => ({ name: host.name, reachable: host.reachable }));
    const redis = this.redis.state;
    const ok =
      this.ready &&
      database === 'ok' &&
      redis !== 'unreachable' &&
      unaccountedRecords === 0 &&
      hosts.some((host) => host.reachable);
    return {
      status: ok ? 'ok' : 'degraded',
      database,
      redis,
      prices: this.prices.state,
      replicas: this.replicas.count,
      spool: { records, bytes, oldestAgeMs, condition, unaccountedRecords },
      demo: this.hosts.demo,
      hosts,
    };
  }
}
