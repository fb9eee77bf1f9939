import { BUCKET_US } from './ledger';
import type { QuarterRate, RateSchedule } from './rate-schedule';

/** A tariff from an instant on, until the next version's. */
export interface TariffVersion {
  readonly id: number;
  /** ISO 4217. */
  readonly currency: string;
  readonly schedule: RateSchedule;
  /** Unix µs. */
  readonly validFromUs: number;
}

/** The rate of a stretch of time. */
export interface Rate extends QuarterRate {
  readonly version: TariffVersion;
  /** Unix µs, exclusive: until here the rate is certainly the same. Infinity where it never changes. */
  readonly untilUs: number;
}

/** A plan's rates are looked ahead this far at most for the end of a stretch: a day. */
const LOOK_AHEAD_QUARTERS = 96;

/** The rate of every instant: a total function of Unix time, so no local clock change leaves a gap or an overlap. */
export class Tariff {
  /** In the order of their validity. */
  readonly versions: readonly [TariffVersion, ...TariffVersion[]];

  /** @throws RangeError without any version. */
  constructor(versions: readonly TariffVersion[]) {
    const [first, ...rest] = versions.toSorted((a, b) => a.validFromUs - b.validFromUs || a.id - b.id);
    if (first === undefined) throw new RangeError('a tariff needs at least one version');
    this.versions = [first, ...rest];
  }

  /** The version in force: the newest that began at or before the instant, or the first one for all time before it. */
  versionAt(us: number): TariffVersion {
    return this.versions.findLast((version) => version.validFromUs <= us) ?? this.versions[0];
  }

  /** What a kWh costs at the instant, and until when at least. */
  at(us: number): Rate {
    const version = this.versionAt(us);
    const rate = version.schedule.rateOf(Math.floor(us / BUCKET_US));
    const nextVersionUs =
      this.versions.find(({ validFromUs }) => validFromUs > Math.max(us, version.validFromUs))?.validFromUs ??
      Infinity;
    return { ...rate, version, untilUs: Math.min(nextVersionUs, sameUntilUs(version.schedule, us, rate)) };
  }

  /** The stretches of equal rate of a time, in its order; the first begins at `fromUs`, the last ends at `toUs`. */
  stretches(fromUs: number, toUs: number): (Rate & { readonly fromUs: number })[] {
    const found: (Rate & { readonly fromUs: number })[] = [];
    for (let atUs = fromUs; atUs < toUs;) {
      const rate = this.at(atUs);
      const untilUs = Math.min(toUs, rate.untilUs);
      const last = found.at(-1);
      if (last !== undefined && isSame(last, rate) && last.version === rate.version)
        found[found.length - 1] = { ...last, untilUs };
      else found.push({ ...rate, fromUs: atUs, untilUs });
      atUs = untilUs;
    }
    return found;
  }
}

function sameUntilUs(schedule: RateSchedule, us: number, rate: QuarterRate): number {
  if (schedule.isFlat) return Infinity;
  const first = Math.floor(us / BUCKET_US) + 1;
  for (let quarter = first; quarter < first + LOOK_AHEAD_QUARTERS; quarter += 1)
    if (!isSame(schedule.rateOf(quarter), rate)) return quarter * BUCKET_US;
  return (first + LOOK_AHEAD_QUARTERS) * BUCKET_US;
}

function isSame(a: QuarterRate, b: QuarterRate): boolean {
  return a.rateMicrosPerKwh === b.rateMicrosPerKwh && a.period === b.period;
}
