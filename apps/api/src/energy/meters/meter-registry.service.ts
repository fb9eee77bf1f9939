import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { METER_SCOPES } from '@ollameter/admin-contract';
import { AppConfig } from '../../config/app-config';
import { EnergyClock } from '../energy-clock';
import { overlapOf } from './meter-overlap';
import { type MeterRecord, MeterRepository } from './meter.repository';
import { type HostConstant, type PowerEra, PowerEras } from './power-era';
import { RunningMeter } from './running-meter';

/** The meters that run in this process. Each process reads them for itself; only the settler's readings are charged. */
@Injectable()
export class MeterRegistry implements OnModuleInit, OnModuleDestroy {
  private readonly running = new Map<string, RunningMeter>();
  private readonly eras = new Map<string, PowerEras>();
  private revision: string | null = null;
  private takenOver: Promise<void> = Promise.resolve();

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
  refresh(): Promise<void> {
    this.takenOver = this.takenOver.catch(() => undefined).then(() => this.takeOver());
    return this.takenOver;
  }

  private async takeOver(): Promise<void> {
    const revision = await this.repository.revision();
    if (revision === this.revision) return;
    const wanted = (await this.repository.all()).filter(({ enabled }) => enabled);
    for (const [id, meter] of this.running) {
      const record = wanted.find((each) => each.id === id);
      if (record !== undefined && isSameDevice(meter.record, record)) {
        meter.record = record;
        continue;
      }
      meter.stop();
      this.running.delete(id);
    }
    for (const record of wanted) {
      if (this.running.has(record.id)) continue;
      const meter = new RunningMeter(record, this.clock);
      this.running.set(record.id, meter);
      meter.start();
    }
    this.revision = revision;
    this.turnEras();
  }

  of(id: string): RunningMeter | null {
    return this.running.get(id) ?? null;
  }

  /** How a host's energy is known now. */
  current(host: string): PowerEra {
    return this.erasOf(host).current;
  }

  /** How it was known at an instant, until when, and what came after; only instants still to be settled. */
  eraAt(host: string, us: number): ReturnType<PowerEras['at']> {
    return this.erasOf(host).at(us);
  }

  /** Whether the host is charged by this meter now. */
  counts(id: string): boolean {
    const meter = this.running.get(id);
    if (meter === undefined) return false;
    const { meters } = this.current(meter.record.host);
    return meter.record.kind === 'constant' ? meters.length === 0 : meters.includes(meter);
  }

  private turnEras(): void {
    const nowUs = this.clock.nowUs();
    const hosts = new Set([...this.running.values()].map(({ record }) => record.host));
    for (const host of new Set([...hosts, ...this.eras.keys()]))
      this.erasOf(host).turn(this.eraOf(host), nowUs);
  }

  private erasOf(host: string): PowerEras {
    const eras = this.eras.get(host) ?? new PowerEras(this.eraOf(host));
    this.eras.set(host, eras);
    return eras;
  }

  /** Of a host's meters those that see most, and none whose scope another one's holds. */
  private eraOf(host: string): PowerEra {
    const rank = ({ record }: RunningMeter) => METER_SCOPES.indexOf(record.scope);
    const meters: RunningMeter[] = [];
    const ofHost = [...this.running.values()].filter(({ record }) => record.host === host);
    for (const meter of ofHost.toSorted((a, b) => rank(a) - rank(b))) {
      if (meter.record.kind === 'constant') continue;
      if (meters.every(({ record }) => overlapOf(meter.record, record) === null)) meters.push(meter);
    }
    return { meters, constant: this.constantOf(ofHost.find(({ record }) => record.kind === 'constant')) };
  }

  /** A host's own constant, else POWER_WATTS and IDLE_WATTS. */
  private constantOf(own: RunningMeter | undefined): HostConstant {
    const { activeWatts, idleWatts, loadWatts, modelWatts = {} } = own?.record.settings ?? {};
    const idleMilliwatts = milliwatts(idleWatts) ?? this.config.idleMilliwatts;
    return {
      name: own?.record.name ?? 'constant',
      activeMilliwatts: milliwatts(activeWatts) ?? this.config.powerMilliwatts,
      idleMilliwatts,
      loadMilliwatts: milliwatts(loadWatts) ?? idleMilliwatts,
      modelMilliwatts: new Map(
        Object.entries(modelWatts).map(([model, watts]) => [model, Math.round(watts * 1_000)]),
      ),
    };
  }
}

function milliwatts(watts: number | undefined): number | undefined {
  return watts === undefined ? undefined : Math.round(watts * 1_000);
}

/** Whether a changed meter's readings go on: only its name, or for a constant nothing that it reads, is another. */
function isSameDevice(a: MeterRecord, b: MeterRecord): boolean {
  if (a.kind === 'constant' && b.kind === 'constant' && a.host === b.host) return true;
  return JSON.stringify({ ...a, name: '' }) === JSON.stringify({ ...b, name: '' });
}
