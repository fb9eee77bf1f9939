/** A flat rate from an instant on, until the next version's. */
export interface TariffVersion {
  readonly id: number;
  /** ISO 4217. */
  readonly currency: string;
  /** Integer µ-currency per kWh; may be negative. */
  readonly rateMicrosPerKwh: bigint;
  /** Unix µs. */
  readonly validFromUs: number;
}

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
  at(us: number): TariffVersion {
    return this.versions.findLast((version) => version.validFromUs <= us) ?? this.versions[0];
  }
}
