import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { HostPower, PowerNow } from '@ollameter/admin-contract';
import { AppConfig } from '../config/app-config';
import { InFlight } from '../exchange/in-flight';
import { EnergyClock } from './energy-clock';
import { PowerMeter } from './power-meter';
import { PowerSeries } from './power-series';

const SAMPLE_MS = 1_000;
/** A process that does not settle looks so often whether meters were changed. */
const REFRESH_MS = 5_000;
const STEP_SECONDS = 15;
const STEPS = 3_600 / STEP_SECONDS;

/** What the hosts draw, and drew within the last hour, as this process saw it; what is charged is the settler's. */
@Injectable()
export class PowerHistory implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly series = new PowerSeries(STEP_SECONDS * 1_000_000, STEPS);
  private timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly config: AppConfig,
    private readonly clock: EnergyClock,
    private readonly inFlight: InFlight,
    private readonly meter: PowerMeter,
  ) {}

  onApplicationBootstrap(): void {
    const sampling = setInterval(() => {
      this.sample();
    }, SAMPLE_MS);
    const refreshing = setInterval(() => {
      // The database may be away; the meters that run go on.
      this.meter.refresh().catch(() => undefined);
    }, REFRESH_MS);
    this.timers = [sampling.unref(), refreshing.unref()];
  }

  onModuleDestroy(): void {
    for (const timer of this.timers) clearInterval(timer);
  }

  /** Each host's draw at this moment; the demo host's only where there is no other. */
  get hosts(): HostPower[] {
    const real = this.config.hosts.filter(({ demo }) => !demo);
    return (real.length > 0 ? real : this.config.hosts).map(({ name }) => ({
      host: name,
      ...this.meter.now(name, this.inFlight.onHost(name).length > 0),
    }));
  }

  async now(): Promise<PowerNow> {
    await this.meter.refresh();
    this.sample();
    const nowUs = this.clock.nowUs();
    const hosts = this.hosts;
    return {
      at: isoOf(nowUs),
      watts: hosts.reduce((sum, { watts }) => sum + watts, 0),
      quality: worst(hosts.map(({ quality }) => quality)),
      hosts,
      series: {
        stepSeconds: STEP_SECONDS,
        items: this.series
          .since(nowUs - STEPS * STEP_SECONDS * 1_000_000)
          .map(({ fromUs, watts, byHost }) => ({
            at: isoOf(fromUs),
            watts,
            byHost: Object.fromEntries(byHost),
          })),
      },
    };
  }

  private sample(): void {
    this.series.add(this.clock.nowUs(), new Map(this.hosts.map(({ host, watts }) => [host, watts])));
  }
}

/** Of several qualities the one that promises least. */
export function worst(qualities: readonly HostPower['quality'][]): HostPower['quality'] {
  for (const quality of ['estimated', 'constant'] as const) if (qualities.includes(quality)) return quality;
  return qualities.length === 0 ? 'constant' : 'measured';
}

function isoOf(us: number): string {
  return new Date(us / 1_000).toISOString();
}
