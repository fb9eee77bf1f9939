import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { Alarm } from './alarm';
import { HostSettler } from './host-settler';
import { SettlerLock } from './settler-lock';

/** At least this often while this process settles. */
const EVERY_MS = 1_000;
/** How soon another process, or this one after an error, tries again. */
const RETRY_MS = 3_000;
/** At most one settlement in this time, however often it is poked. */
const PACE_MS = 50;

/**
 * Charges every request its share of the metered energy. One process at a time does so, chosen by a PostgreSQL
 * advisory lock; the others wait for its end.
 */
@Injectable()
export class SettlerService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(SettlerService.name);
  private readonly alarm = new Alarm();
  private stopping = false;
  private failing = false;
  private enrolled = false;
  private finished: Promise<void> = Promise.resolve();

  constructor(
    private readonly lock: SettlerLock,
    private readonly hosts: HostSettler,
  ) {}

  onApplicationBootstrap(): void {
    this.finished = this.run();
  }

  /** New rows are stored: settle soon. Never waits; many pokes are one. */
  poke(): void {
    if (this.lock.held) this.alarm.ring();
  }

  /** Ends after the settlement that is under way. */
  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    this.alarm.ring();
    await this.finished;
    await this.lock.release();
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      const restMs = await this.turn();
      await delay(PACE_MS);
      if (restMs > PACE_MS) await this.alarm.sleep(restMs - PACE_MS);
    }
  }

  /** One settlement, if it is this process's to do. Returns how long to rest after it, ms. */
  private async turn(): Promise<number> {
    try {
      if (!(await this.lock.acquire())) return RETRY_MS;
      if (!this.enrolled) await this.hosts.enrol();
      this.enrolled = true;
      const more = await this.hosts.settleAll();
      if (this.failing) this.logger.log('Energy is settled again.');
      this.failing = false;
      return more ? 0 : EVERY_MS;
    } catch (error) {
      if (!this.failing) this.logger.warn(`Energy waits to be settled: ${String(error)}`);
      this.failing = true;
      return RETRY_MS;
    }
  }
}
