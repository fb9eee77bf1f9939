import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { RequestLog } from '../exchange/exchange-record';
import { HostPool } from '../upstream/ollama/host-pool.service';

/** `GET /health`: facts for a human or a probe; nothing in it is secret. */
export interface HealthReport {
  status: 'ok' | 'degraded';
  database: 'ok' | 'unreachable';
  demo: boolean;
  hosts: { name: string; reachable: boolean }[];
}

/** Whether the gateway can take requests, and how its parts are. */
@Injectable()
export class HealthService {
  private draining = false;

  constructor(
    private readonly hosts: HostPool,
    private readonly log: RequestLog,
    private readonly dataSource: DataSource,
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
    const database = await this.dataSource.query('SELECT 1').then(
      () => 'ok' as const,
      () => 'unreachable' as const,
    );
    const hosts = this.hosts.hosts.map((host) => ({ name: host.name, reachable: host.reachable }));
    const ok = this.ready && database === 'ok' && hosts.some((host) => host.reachable);
    return { status: ok ? 'ok' : 'degraded', database, demo: this.hosts.demo, hosts };
  }
}
