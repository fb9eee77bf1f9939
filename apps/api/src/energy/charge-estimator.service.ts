import { Injectable } from '@nestjs/common';
import type { EnergyQuality } from '@ollameter/admin-contract';
import { energyOf } from '@ollameter/cost-model';
import { InFlight } from '../exchange/in-flight';
import { PowerMeter } from './power-meter';
import { TariffService } from './tariff.service';

/** The time in which a request that has just ended kept its host busy. */
export interface ServedTime {
  readonly host: string;
  readonly model: string;
  /** Unix µs. */
  readonly activeFromUs: number;
  readonly activeToUs: number;
}

/** What a request will be charged, as far as it can be told when its answer goes out. */
export interface ChargeEstimate {
  readonly energyPj: bigint;
  /** pJ × µ¤/kWh; null where the time was priced in two currencies. */
  readonly costNumerator: bigint | null;
  readonly currency: string;
  /** `constant` is what the row will say too; `estimated` may change when the time is settled. */
  readonly quality: Extract<EnergyQuality, 'constant' | 'estimated'>;
}

/**
 * Tells an answer what it cost before the settler does. Alone on the machine at a constant power that is exact; with
 * others it takes those who held a slot for active, and of a meter it takes the draw of this moment.
 */
@Injectable()
export class ChargeEstimator {
  constructor(
    private readonly inFlight: InFlight,
    private readonly meter: PowerMeter,
    private readonly tariffs: TariffService,
  ) {}

  estimate({ host, model, activeFromUs, activeToUs }: ServedTime): ChargeEstimate {
    const draw = this.meter.now(host, true);
    const own = draw.quality === 'constant' ? this.ownMilliwatts(host, model, activeFromUs) : undefined;
    const milliwatts = own ?? Math.round(draw.watts * 1_000);
    const { tariff } = this.tariffs;
    const { currency } = tariff.versionAt(activeToUs - 1);
    let [energyPj, costNumerator] = [0n, 0n];
    let oneCurrency = true;
    for (const stretch of tariff.stretches(activeFromUs, activeToUs)) {
      const { sharedUs } = this.inFlight.sharedBetween(host, stretch.fromUs, stretch.untilUs);
      const stretchPj = energyOf(milliwatts, Math.round(sharedUs));
      energyPj += stretchPj;
      costNumerator += stretchPj * stretch.rateMicrosPerKwh;
      oneCurrency &&= stretch.version.currency === currency;
    }
    const { alone } = this.inFlight.sharedBetween(host, activeFromUs, activeToUs);
    return {
      energyPj,
      costNumerator: oneCurrency ? costNumerator : null,
      currency,
      quality: alone && draw.quality === 'constant' ? 'constant' : 'estimated',
    };
  }

  /** What a constant meter says this model draws; undefined where it has no figure of its own. */
  private ownMilliwatts(host: string, model: string, atUs: number): number | undefined {
    return this.meter.power(host, atUs).modelMilliwatts.get(model);
  }
}
