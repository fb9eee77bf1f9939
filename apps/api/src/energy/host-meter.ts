import { Injectable } from '@nestjs/common';
import type { ConstantStep, MeteredStep, PowerStep } from '@ollameter/cost-model';
import { AppConfig } from '../config/app-config';
import { EnergyClock } from './energy-clock';
import { MeterRegistry } from './meters/meter-registry.service';
import { type DrawNow, type MeteredPower, PowerMeter } from './power-meter';

/**
 * The meter of a host that counts, or constants: `POWER_WATTS` while a request is active, `IDLE_WATTS` while none is.
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
    const meter = this.registry.counting(host);
    if (meter === null || meter.record.kind === 'constant')
      return {
        steps: this.constantSteps(host, fromUs, false),
        source: meter?.record.name ?? 'constant',
        scope: 'constant',
        quality: 'constant',
        coveredToUs: Infinity,
      };
    const { name, scope } = meter.record;
    const { steps, coveredToUs } = meter.timeline;
    return {
      steps: this.withGaps(host, fromUs, steps),
      source: name,
      scope,
      quality: 'measured',
      coveredToUs,
    };
  }

  now(host: string, active: boolean): DrawNow {
    const meter = this.registry.counting(host);
    const { activeMilliwatts, idleMilliwatts } = this.registry.constantOf(host);
    const constantWatts = (active ? activeMilliwatts : idleMilliwatts) / 1_000;
    const source = meter?.record.name ?? 'constant';
    if (meter === null || meter.record.kind === 'constant')
      return { watts: constantWatts, quality: 'constant', source, scope: 'constant' };
    const { watts } = meter;
    const { scope } = meter.record;
    return watts === null
      ? { watts: constantWatts, quality: 'estimated', source, scope }
      : { watts, quality: 'measured', source, scope };
  }

  modelMilliwatts(host: string, model: string | null): number | undefined {
    const meter = this.registry.counting(host);
    if (meter?.record.kind !== 'constant' || model === null) return undefined;
    const watts = meter.record.settings.modelWatts?.[model];
    return watts === undefined ? undefined : Math.round(watts * 1_000);
  }

  refresh(): Promise<void> {
    return this.registry.refresh();
  }

  /** The metered steps from an instant on, constants in their gaps and after them. */
  private withGaps(
    host: string,
    fromUs: number,
    metered: readonly MeteredStep[],
  ): [PowerStep, ...PowerStep[]] {
    const steps: PowerStep[] = [];
    let atUs = fromUs;
    for (const step of metered.slice(firstAfter(metered, fromUs))) {
      if (step.fromUs > atUs) steps.push(...this.constantSteps(host, atUs, true, step.fromUs));
      steps.push(step);
      atUs = step.toUs;
    }
    const [first, ...rest] = [...steps, ...this.constantSteps(host, atUs, true)];
    if (first === undefined) throw new Error('a constant always stands in');
    return [first, ...rest];
  }

  private constantSteps(
    host: string,
    fromUs: number,
    estimated: boolean,
    toUs = Infinity,
  ): [ConstantStep, ...ConstantStep[]] {
    const constant = this.registry.constantOf(host);
    const before: ConstantStep = {
      fromUs,
      activeMilliwatts: constant.activeMilliwatts,
      idleMilliwatts: 0,
      ...(estimated ? { estimated } : {}),
    };
    const watched = this.config.hosts.some(({ name }) => name === host);
    const watchedFromUs = Math.max(fromUs, this.clock.startedAtUs);
    if (!watched || watchedFromUs >= toUs) return [before];
    return [before, { ...before, ...constant, fromUs: watchedFromUs }];
  }
}

/** Index of the first step that ends after an instant. */
function firstAfter(steps: readonly MeteredStep[], us: number): number {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((steps[middle]?.toUs ?? Infinity) <= us) low = middle + 1;
    else high = middle;
  }
  return low;
}
