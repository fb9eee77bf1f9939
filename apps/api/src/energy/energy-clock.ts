import { Injectable } from '@nestjs/common';
import { nowUs } from '../exchange/gateway-clock';

/** The clock that energy is settled by: Unix µs. */
export abstract class EnergyClock {
  /** When this process began to meter. */
  abstract readonly startedAtUs: number;
  abstract nowUs(): number;
}

/** The gateway's own clock, by which the interval records are stamped. */
@Injectable()
export class GatewayEnergyClock extends EnergyClock {
  readonly startedAtUs = nowUs();

  nowUs(): number {
    return nowUs();
  }
}
