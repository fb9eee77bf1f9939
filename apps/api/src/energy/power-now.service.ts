import { Injectable } from '@nestjs/common';
import { energyBetween } from '@ollameter/cost-model';
import { EnergyClock } from './energy-clock';
import { type MeteredPower, PowerMeter } from './power-meter';

const SECOND_US = 1_000_000;

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
    // mW over a second are mJ.
    const picojoules = energyBetween(step, nowUs, nowUs + SECOND_US, active ? 'request' : 'idle');
    return { watts: Number(picojoules / 1_000_000_000n) / 1000, quality };
  }
}
