import { Injectable } from '@nestjs/common';
import { type DrawNow, PowerMeter } from './power-meter';

/** What the hosts draw at this moment, for whoever watches; what is charged is the settler's. */
@Injectable()
export class PowerNow {
  constructor(private readonly meter: PowerMeter) {}

  /** @param active whether the gateway has a request on the host */
  of(host: string, active: boolean): Pick<DrawNow, 'watts' | 'quality'> {
    const { watts, quality } = this.meter.now(host, active);
    return { watts, quality };
  }
}
