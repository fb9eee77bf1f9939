import { Injectable } from '@nestjs/common';
import type { PowerStep } from '@ollameter/cost-model';
import { AppConfig } from '../config/app-config';
import { EnergyClock } from './energy-clock';
import { type MeteredPower, PowerMeter } from './power-meter';

/**
 * No meter at all: `POWER_WATTS` while a request is active, `IDLE_WATTS` while none is. Idling counts only while
 * this process runs and only on configured hosts: nobody watched the machine before.
 */
@Injectable()
export class ConstantMeter extends PowerMeter {
  constructor(
    private readonly config: AppConfig,
    private readonly clock: EnergyClock,
  ) {
    super();
  }

  power(host: string, fromUs: number): MeteredPower {
    const watched = this.config.hosts.some(({ name }) => name === host);
    const step = (stepFromUs: number, idleMilliwatts: number): PowerStep => ({
      fromUs: stepFromUs,
      activeMilliwatts: this.config.powerMilliwatts,
      idleMilliwatts,
    });
    const steps: [PowerStep, ...PowerStep[]] = [step(fromUs, 0)];
    if (watched) steps.push(step(Math.max(fromUs, this.clock.startedAtUs), this.config.idleMilliwatts));
    return { steps, source: 'constant', scope: 'constant', quality: 'constant' };
  }
}
