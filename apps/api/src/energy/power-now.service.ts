import { Injectable } from '@nestjs/common';
import { EnergyClock } from './energy-clock';
import { type MeteredPower, PowerMeter } from './power-meter';

/** What the hosts draw at this moment, for whoever watches; what is charged is the settler's. */
@Injectable()
export class PowerNow {
  constructor(
    private readonly meter: PowerMeter,
    private readonly clock: EnergyClock,
  ) {}

  /** @param active whether the gateway has a request on the host */
  of(host: string, active: boolean): { watts: number; quality: MeteredPower['quality'] } {
    const nowUs = this.clock.nowUs();
    const { steps, quality } = this.meter.power(host, nowUs);
    const step = steps.findLast(({ fromUs }) => fromUs <= nowUs) ?? steps[0];
    return { watts: (active ? step.activeMilliwatts : step.idleMilliwatts) / 1000, quality };
  }
}
