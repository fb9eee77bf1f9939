import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { AppConfig } from '../config/app-config';
import { dataFolderId } from '../database/data-folder-id';
import { type ClaimsElsewhere, OtherReplicas } from '../energy/claims-elsewhere';
import { UnstoredIntervals } from '../energy/unstored-intervals';
import { nowUs } from '../exchange/gateway-clock';
import { InFlight } from '../exchange/in-flight';
import type { ReplicaClaims, ReplicaRow } from './replica-claims';
import { ReplicaRepository } from './replica.repository';

const BEAT_MS = 1_000;

/**
 * This gateway among those on the same database. Each writes a row every second: that it lives, and what it may still
 * claim of the hosts' time. Alone (no `REDIS_URL`) it writes nothing.
 */
@Injectable()
export class Replicas extends OtherReplicas implements OnApplicationBootstrap, OnModuleDestroy {
  /** Of this run of the process. */
  readonly id: string = randomUUID();
  private readonly logger = new Logger(Replicas.name);
  private others: readonly ReplicaRow[] = [];
  private timer: NodeJS.Timeout | null = null;
  private beating: Promise<void> = Promise.resolve();
  private failing = false;

  constructor(
    private readonly config: AppConfig,
    private readonly repository: ReplicaRepository,
    private readonly inFlight: InFlight,
    private readonly unstored: UnstoredIntervals,
  ) {
    super();
  }

  /** Whether other gateways may be there. */
  get shared(): boolean {
    return this.config.redisUrl !== null;
  }

  /** How many gateways there are, this one among them, as last seen. */
  get count(): number {
    return this.others.length + 1;
  }

  async onApplicationBootstrap(): Promise<void> {
    if (!this.shared) return;
    const folderId = dataFolderId(this.config.dataDir);
    await this.repository.forgetEarlier(this.id, folderId);
    await this.beat(folderId);
    this.timer = setInterval(() => {
      this.beating = this.beating.then(() => this.beat(folderId));
    }, BEAT_MS);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    if (this.timer === null) return;
    clearInterval(this.timer);
    await this.beating;
    await this.repository.leave(this.id).catch(() => undefined);
  }

  claimsOn(host: string): ClaimsElsewhere {
    const claims = this.others.flatMap((other) => other.claims[host] ?? []);
    const unstored = claims.flatMap(({ unstoredFromUs }) => unstoredFromUs ?? []);
    return {
      running: claims.flatMap(({ running }) => running),
      unstoredFromUs: unstored.length === 0 ? null : Math.min(...unstored),
      toldToUs: Math.min(...this.others.map(({ asOfUs }) => Number(asOfUs))),
    };
  }

  /** PostgreSQL may be away: the others are then those who were seen last. */
  private async beat(folderId: string): Promise<void> {
    try {
      this.others = await this.repository.beat(this.id, folderId, nowUs(), this.claims());
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.logger.warn(`the other gateways are not seen: ${(error as Error).message}`);
      this.failing = true;
    }
  }

  private claims(): ReplicaClaims {
    return Object.fromEntries(
      this.config.hosts.flatMap(({ name }) => {
        const running = this.inFlight.onHost(name);
        const unstoredFromUs = this.unstored.oldestSlotFromUs(name);
        return running.length === 0 && unstoredFromUs === null ? [] : [[name, { running, unstoredFromUs }]];
      }),
    );
  }
}
