import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { METER_SCOPES } from '@ollameter/admin-contract';
import { AppConfig } from '../../config/app-config';
import { EnergyClock } from '../energy-clock';
import { type MeterRecord, MeterRepository } from './meter.repository';
import { RunningMeter } from './running-meter';

/** The meters that run in this process. Each process reads them for itself; only the settler's readings are charged. */
@Injectable()
export class MeterRegistry implements OnModuleInit, OnModuleDestroy {
  private readonly running = new Map<string, RunningMeter>();
  private revision = '';

  constructor(
    private readonly config: AppConfig,
    private readonly clock: EnergyClock,
    private readonly repository: MeterRepository,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.refresh();
  }

  onModuleDestroy(): void {
    for (const meter of this.running.values()) meter.stop();
  }

  /** Starts, restarts and stops meters as they were changed, here or in another process. */
  async refresh(): Promise<void> {
    const revision = await this.repository.revision();
    if (revision === this.revision) return;
    const records = await this.repository.all();
    const wanted = new Map(records.filter(({ enabled }) => enabled).map((record) => [record.id, record]));
    for (const [id, meter] of this.running) {
      if (isSame(meter.record, wanted.get(id))) continue;
      meter.stop();
      this.running.delete(id);
    }
    for (const [id, record] of wanted) {
      if (this.running.has(id)) continue;
      const meter = new RunningMeter(record, this.clock, this.idleMilliwattsOf(record, records));
      this.running.set(id, meter);
      meter.start();
    }
    this.revision = revision;
  }

  of(id: string): RunningMeter | null {
    return this.running.get(id) ?? null;
  }

  /** The one meter of a host that counts: of those enabled the one that sees most; scopes are never added. */
  counting(host: string): RunningMeter | null {
    const rank = ({ record }: RunningMeter) => METER_SCOPES.indexOf(record.scope);
    const [first] = [...this.running.values()]
      .filter(({ record }) => record.host === host)
      .toSorted((a, b) => rank(a) - rank(b));
    return first ?? null;
  }

  /** The constant that stands in for a host: its own, else POWER_WATTS and IDLE_WATTS. */
  constantOf(host: string): { activeMilliwatts: number; idleMilliwatts: number; loadMilliwatts: number } {
    const own = [...this.running.values()].find(
      ({ record }) => record.host === host && record.kind === 'constant',
    );
    const { activeWatts, idleWatts, loadWatts } = own?.record.settings ?? {};
    const idleMilliwatts = milliwatts(idleWatts) ?? this.config.idleMilliwatts;
    return {
      activeMilliwatts: milliwatts(activeWatts) ?? this.config.powerMilliwatts,
      idleMilliwatts,
      loadMilliwatts: milliwatts(loadWatts) ?? idleMilliwatts,
    };
  }

  private idleMilliwattsOf({ host }: MeterRecord, records: readonly MeterRecord[]): number {
    const constant = records.find((record) => record.host === host && record.kind === 'constant');
    return milliwatts(constant?.settings.idleWatts) ?? this.config.idleMilliwatts;
  }
}

function milliwatts(watts: number | undefined): number | undefined {
  return watts === undefined ? undefined : Math.round(watts * 1_000);
}

function isSame(a: MeterRecord, b: MeterRecord | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
