import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { type MeterReading, type MeterScope, type MeterTest } from '@ollameter/admin-contract';
import { toEnergyWh } from '@ollameter/cost-model';
import { AppConfig } from '../../config/app-config';
import { EnergyClock } from '../../energy/energy-clock';
import { HttpTextError } from '../../energy/http-text';
import { MeterError } from '../../energy/meters/meter-driver';
import { type MeterRecord, MeterRepository } from '../../energy/meters/meter.repository';
import { MeterTimeline, type TimedReading } from '../../energy/meters/meter-timeline';
import { readMeter } from '../../energy/meters/running-meter';
import { AuditService } from '../../identity/audit.service';
import type { AuditSource } from '../../identity/audit-source';
import { InvalidFieldsError } from '../invalid-fields.error';
import { changedMeter, type MeterDraft, newMeter } from './meter-draft';
import type { MeterTestDto } from './meter.dto';
import { found, overlapsOf } from './meters.service';

/** A local counter tells power only as the difference of two readings this far apart. */
const COUNTER_PAUSE_MS = 1_000;
/** Counters of these move with every reading; others are told in steps too large for a second. */
const FINE_COUNTERS = new Set(['nvidia', 'rapl']);

export interface TriedMeter {
  readonly reading: MeterReading | null;
  readonly fault: string | null;
  readonly latencyMs: number;
}

/** Reads a meter that may not be stored. The gateway sends a request for it, so that is audited too. */
@Injectable()
export class MeterTester {
  constructor(
    private readonly config: AppConfig,
    private readonly repository: MeterRepository,
    private readonly clock: EnergyClock,
    private readonly audit: AuditService,
  ) {}

  /** @throws InvalidFieldsError, NotFoundException for an unknown id; a device's fault is an answer */
  async test(input: MeterTestDto, source: AuditSource): Promise<MeterTest> {
    const all = await this.repository.all();
    const meter = this.meterOf(input, all);
    await this.audit.record({
      ...source,
      action: 'meter.test',
      target: { type: 'meter', id: input.id ?? null, name: meter.name },
      after: { kind: meter.kind, host: meter.host, settings: meter.settings },
    });
    const { reading, fault, latencyMs } = await this.read(meter);
    return {
      ok: fault === null,
      message: fault ?? sentenceOf(reading, meter.scope, latencyMs),
      reading,
      scope: meter.scope,
      latencyMs,
      overlaps: overlapsOf({ ...meter, id: input.id }, all),
    };
  }

  /** One reading, or two where power is the difference of them. */
  async read(meter: Omit<MeterDraft, 'name' | 'host' | 'enabled' | 'scope'>): Promise<TriedMeter> {
    const startedMs = performance.now();
    const latencyMs = () => Math.round(performance.now() - startedMs);
    try {
      const first = await readMeter(meter, this.clock);
      const tookMs = latencyMs();
      return { reading: await this.readingOf(meter, first), fault: null, latencyMs: tookMs };
    } catch (error) {
      if (!(error instanceof MeterError || error instanceof HttpTextError)) throw error;
      return { reading: null, fault: faultOf(meter.settings.url, error.message), latencyMs: latencyMs() };
    }
  }

  private async readingOf(
    meter: Parameters<MeterTester['read']>[0],
    first: TimedReading,
  ): Promise<MeterReading> {
    const timeline = new MeterTimeline(meter.calibration, meter.intervalMs);
    timeline.add(first);
    let last = first;
    if (first.milliwatts === null && FINE_COUNTERS.has(meter.kind)) {
      await delay(COUNTER_PAUSE_MS);
      last = await readMeter(meter, this.clock);
      timeline.add(last);
    }
    const [span] = timeline.known;
    const counterPj = timeline.counterPj(last);
    return {
      at: new Date(last.atUs / 1_000).toISOString(),
      ageMs: 0,
      watts:
        span !== undefined
          ? Number(span.energyPj / 1_000_000n) / (span.toUs - span.fromUs)
          : last.milliwatts === null
            ? null
            : (last.milliwatts * meter.calibration) / 1_000,
      counterWh: counterPj === null ? null : toEnergyWh(counterPj),
    };
  }

  private meterOf(input: MeterTestDto, all: readonly MeterRecord[]): MeterDraft {
    const hosts = this.config.hosts.map(({ name }) => name);
    const { id, kind, host, settings, name = 'new meter' } = input;
    if (id !== undefined) return changedMeter(found(all, id), input, hosts);
    if (kind === undefined || host === undefined || settings === undefined)
      throw new InvalidFieldsError(
        Object.entries({ kind, host, settings })
          .filter(([, value]) => value === undefined)
          .map(([field]) => ({ field, message: 'is required' })),
      );
    return newMeter(Object.assign(input, { name, kind, host, settings }), hosts);
  }
}

function sentenceOf(reading: MeterReading | null, scope: MeterScope, latencyMs: number): string {
  const told =
    reading?.watts == null
      ? `A counter at ${reading?.counterWh ?? 0} Wh; power shows with the second sample`
      : `${Number(reading.watts.toFixed(2))} W`;
  return `${told} (${scope}), answered in ${latencyMs} ms.`;
}

function faultOf(url: string | undefined, message: string): string {
  return url === undefined ? `${message}.` : `${url} ${message}.`;
}
