import { Injectable } from '@nestjs/common';
import {
  addSpans,
  type ConstantStep,
  firstEndingAfter,
  type MeteredSpan,
  type PowerStep,
} from '@ollameter/cost-model';
import { AppConfig } from '../config/app-config';
import { EnergyClock } from './energy-clock';
import { MeterRegistry } from './meters/meter-registry.service';
import type { HostConstant, PowerEra } from './meters/power-era';
import type { RunningMeter } from './meters/running-meter';
import { type DrawNow, type MeteredPower, PowerMeter } from './power-meter';

/**
 * The meters of a host that count, or constants: `POWER_WATTS` while a request is active, `IDLE_WATTS` while none is.
 * Idling counts only while this process runs and only on configured hosts: nobody watched the machine before. Where
 * a meter was silent the constant stands in, as an estimate.
 */
@Injectable()
export class HostMeter extends PowerMeter {
  constructor(
    private readonly config: AppConfig,
    private readonly clock: EnergyClock,
    private readonly registry: MeterRegistry,
  ) {
    super();
  }

  power(host: string, fromUs: number): MeteredPower {
    const { era, untilUs, next } = this.registry.eraAt(host, fromUs);
    const { meters, constant } = era;
    const common = {
      untilUs,
      nextQuality: next === null ? null : qualityOf(next),
      modelMilliwatts: constant.modelMilliwatts,
      source: nameOf(era),
      scope: meters[0]?.record.scope ?? 'constant',
      quality: qualityOf(era),
    };
    if (meters.length === 0)
      return {
        ...common,
        steps: this.constantSteps(host, constant, fromUs, false),
        known: () => [],
        nextFromUs: Infinity,
        coveredToUs: Infinity,
      };
    const timelines = meters.map(({ timeline }) => timeline);
    const steps = timelines.map(({ steps: all }) => all.slice(firstEndingAfter(all, fromUs)));
    return {
      ...common,
      steps: this.withGaps(host, constant, fromUs, addSpans(steps)),
      known: (sinceUs) =>
        addSpans(timelines.map(({ known }) => known.slice(firstEndingAfter(known, sinceUs)))),
      nextFromUs: Math.min(...timelines.map(({ nextFromUs }) => nextFromUs)),
      coveredToUs:
        untilUs < Infinity ? Infinity : Math.min(...timelines.map(({ coveredToUs }) => coveredToUs)),
    };
  }

  now(host: string, active: boolean): DrawNow {
    const era = this.registry.current(host);
    const { activeMilliwatts, idleMilliwatts } = era.constant;
    const scope = era.meters[0]?.record.scope ?? 'constant';
    const constant = {
      watts: (active ? activeMilliwatts : idleMilliwatts) / 1_000,
      source: nameOf(era),
      scope,
    };
    if (era.meters.length === 0) return { ...constant, quality: 'constant', reason: null };
    const silent = era.meters.filter(({ watts }) => watts === null);
    if (silent.length > 0)
      return { ...constant, quality: 'estimated', reason: silent.map(reasonOf).join(' ') };
    const watts = era.meters.reduce((sum, meter) => sum + (meter.watts ?? 0), 0);
    return { watts, quality: 'measured', source: nameOf(era), scope, reason: null };
  }

  refresh(): Promise<void> {
    return this.registry.refresh();
  }

  /** The metered steps from an instant on, constants in their gaps and after them. */
  private withGaps(
    host: string,
    constant: HostConstant,
    fromUs: number,
    metered: readonly MeteredSpan[],
  ): [PowerStep, ...PowerStep[]] {
    const { idleMilliwatts } = constant;
    const steps: PowerStep[] = [];
    let atUs = fromUs;
    for (const span of metered) {
      if (span.fromUs > atUs) steps.push(...this.constantSteps(host, constant, atUs, true, span.fromUs));
      steps.push({ ...span, idleMilliwatts });
      atUs = span.toUs;
    }
    const [first, ...rest] = [...steps, ...this.constantSteps(host, constant, atUs, true)];
    if (first === undefined) throw new Error('a constant always stands in');
    return [first, ...rest];
  }

  private constantSteps(
    host: string,
    { activeMilliwatts, idleMilliwatts, loadMilliwatts }: HostConstant,
    fromUs: number,
    estimated: boolean,
    toUs = Infinity,
  ): [ConstantStep, ...ConstantStep[]] {
    const before: ConstantStep = {
      fromUs,
      activeMilliwatts,
      idleMilliwatts: 0,
      ...(estimated ? { estimated } : {}),
    };
    const watched = this.config.hosts.some(({ name }) => name === host);
    const watchedFromUs = Math.max(fromUs, this.clock.startedAtUs);
    if (!watched || watchedFromUs >= toUs) return [before];
    return [before, { ...before, idleMilliwatts, loadMilliwatts, fromUs: watchedFromUs }];
  }
}

function qualityOf({ meters }: PowerEra): 'measured' | 'constant' {
  return meters.length === 0 ? 'constant' : 'measured';
}

function nameOf({ meters, constant }: PowerEra): string {
  return meters.length === 0 ? constant.name : meters.map(({ record }) => record.name).join(' + ');
}

function reasonOf({ record, reason }: RunningMeter): string {
  return `${record.name}: ${reason ?? 'two readings are needed.'}`;
}
