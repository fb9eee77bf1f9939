import type { Activity } from './activity';
import { costOf } from './cost';
import { addShares, type Share } from './share';
import type { TariffVersion } from './tariff';

/** A request on the machine, and where the common account stood when it was last priced. */
interface Participant {
  readonly id: string;
  readonly fromUs: number;
  readonly toUs: number;
  sinceUs: number;
  sincePj: bigint;
  sinceSharedUs: number;
  /** Indivisible pJ that fell to it since. */
  extraPj: number;
}

/**
 * The requests active at the sweep's instant. The equal part of every slice goes to one common account, of which
 * each request later takes what was added while it was there; so a slice costs no big integer per request.
 */
export class Participants {
  private readonly arrivals: readonly Participant[];
  private readonly departures: readonly Participant[];
  private arrived = 0;
  private departed = 0;
  /** By id, since the indivisible rest goes to the lowest ids. */
  private readonly present: Participant[] = [];
  private readonly shares = new Map<string, Share>();
  private atUs: number;
  private equalPj = 0n;
  private sharedUs = 0;

  constructor(activities: readonly Activity[], fromUs: number, toUs: number) {
    this.atUs = fromUs;
    const clipped = activities
      .map((activity): Participant => ({
        id: activity.id,
        fromUs: Math.max(activity.fromUs, fromUs),
        toUs: Math.min(activity.toUs, toUs),
        sinceUs: 0,
        sincePj: 0n,
        sinceSharedUs: 0,
        extraPj: 0,
      }))
      .filter((participant) => participant.fromUs < participant.toUs);
    this.arrivals = clipped.toSorted((a, b) => a.fromUs - b.fromUs);
    this.departures = clipped.toSorted((a, b) => a.toUs - b.toUs);
  }

  get active(): number {
    return this.present.length;
  }

  /** When the next request starts or ends, Unix µs; Infinity when none will. */
  get nextChangeUs(): number {
    return Math.min(
      this.arrivals[this.arrived]?.fromUs ?? Infinity,
      this.departures[this.departed]?.toUs ?? Infinity,
    );
  }

  /** Lets the requests go whose end has come, priced at the version that was in force until now. */
  release(atUs: number, version: TariffVersion): void {
    this.atUs = atUs;
    for (
      let leaver = this.departures[this.departed];
      leaver !== undefined && leaver.toUs <= atUs;
      leaver = this.departures[this.departed]
    ) {
      this.departed += 1;
      this.charge(leaver, version);
      this.present.splice(this.placeOf(leaver.id), 1);
    }
  }

  /** Lets the requests in whose start has come. */
  admit(atUs: number): void {
    for (
      let comer = this.arrivals[this.arrived];
      comer !== undefined && comer.fromUs <= atUs;
      comer = this.arrivals[this.arrived]
    ) {
      this.arrived += 1;
      this.open(comer);
      this.present.splice(this.placeOf(comer.id), 0, comer);
    }
  }

  /** Shares one slice equally: largest remainder, and since all remainders are equal, by id. */
  share(energyPj: bigint, durationUs: number): void {
    this.atUs += durationUs;
    const count = this.present.length;
    if (count === 0) return;
    this.equalPj += energyPj / BigInt(count);
    this.sharedUs += durationUs * count;
    const rest = Number(energyPj % BigInt(count));
    for (const participant of this.present.slice(0, rest)) participant.extraPj += 1;
  }

  /** Prices what all present requests gathered so far, before the tariff turns. */
  price(version: TariffVersion): void {
    for (const participant of this.present) this.charge(participant, version);
    this.equalPj = 0n;
    this.sharedUs = 0;
    for (const participant of this.present) this.open(participant);
  }

  /** The shares of all, at the end of the window. */
  finish(version: TariffVersion): ReadonlyMap<string, Share> {
    for (const participant of this.present) this.charge(participant, version);
    this.present.length = 0;
    return this.shares;
  }

  private open(participant: Participant): void {
    participant.sinceUs = this.atUs;
    participant.sincePj = this.equalPj;
    participant.sinceSharedUs = this.sharedUs;
    participant.extraPj = 0;
  }

  private charge(participant: Participant, version: TariffVersion): void {
    const energyPj = this.equalPj - participant.sincePj + BigInt(participant.extraPj);
    const share: Share = {
      energyPj,
      costNumerator: costOf(energyPj, version.rateMicrosPerKwh),
      currency: version.currency,
      activeUs: this.atUs - participant.sinceUs,
      sharedUs: this.sharedUs - participant.sinceSharedUs,
    };
    const before = this.shares.get(participant.id);
    this.shares.set(participant.id, before === undefined ? share : addShares(before, share));
  }

  /** Where an id stands, or would stand, among those present. */
  private placeOf(id: string): number {
    let low = 0;
    let high = this.present.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.present[middle]?.id ?? '') < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
