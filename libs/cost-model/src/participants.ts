import type { Activity, Phase } from './activity';
import { type Sharing, weightOf } from './request-weight';
import type { EnergySlice, Share } from './share';
import type { Rate } from './tariff';
import { divide } from './weighted-division';

/** A request on the machine, and where the common accounts stood when its slice began. */
interface Participant {
  readonly activity: Activity;
  readonly fromUs: number;
  readonly toUs: number;
  phase: Phase;
  /** Of its phase, where shares are not equal; null where it is not known. */
  weight: bigint | null;
  sinceUs: number;
  sincePj: bigint;
  sinceFloorPj: bigint;
  sinceHostPj: bigint;
  sinceSharedUs: number;
  /** Shares by weight since. */
  ownPj: bigint;
  ownFloorPj: bigint;
  /** Indivisible pJ that fell to it since; small, so no big integers. */
  restPj: number;
  restFloorPj: number;
}

/**
 * The requests active at the sweep's instant. The equal part of every stretch goes to common accounts, of which
 * each request later takes what was added while it was there; so a stretch costs no big integer per request.
 */
export class Participants {
  private readonly arrivals: readonly Participant[];
  private readonly turns: readonly Participant[];
  private readonly departures: readonly Participant[];
  private arrived = 0;
  private turned = 0;
  private departed = 0;
  /** By id, since the indivisible rest goes to the lowest ids. */
  private readonly present: Participant[] = [];
  private readonly slices = new Map<string, EnergySlice[]>();
  private atUs: number;
  private equalPj = 0n;
  private equalFloorPj = 0n;
  private hostPj = 0n;
  private sharedUs = 0;
  /** How many of those present have a draw of their own. */
  private withDraw = 0;

  constructor(
    activities: readonly Activity[],
    fromUs: number,
    toUs: number,
    private readonly sharing: Sharing,
  ) {
    this.atUs = fromUs;
    const clipped = activities
      .map((activity): Participant => ({
        activity,
        fromUs: Math.max(activity.fromUs, fromUs),
        toUs: Math.min(activity.toUs, toUs),
        phase: (activity.promptToUs ?? -Infinity) > Math.max(activity.fromUs, fromUs) ? 'prompt' : 'generate',
        weight: null,
        sinceUs: 0,
        sincePj: 0n,
        sinceFloorPj: 0n,
        sinceHostPj: 0n,
        sinceSharedUs: 0,
        ownPj: 0n,
        ownFloorPj: 0n,
        restPj: 0,
        restFloorPj: 0,
      }))
      .filter((participant) => participant.fromUs < participant.toUs);
    this.arrivals = clipped.toSorted((a, b) => a.fromUs - b.fromUs);
    this.departures = clipped.toSorted((a, b) => a.toUs - b.toUs);
    this.turns = clipped
      .filter((participant) => participant.phase === 'prompt' && turnOf(participant) < participant.toUs)
      .toSorted((a, b) => turnOf(a) - turnOf(b));
  }

  get active(): number {
    return this.present.length;
  }

  /** The largest draw that an active request's model has of its own, mW; undefined where none has. */
  get milliwatts(): number | undefined {
    if (this.withDraw === 0) return undefined;
    return Math.max(...this.present.map(({ activity }) => activity.milliwatts ?? 0));
  }

  /** Whether an active request has no figure of its own, so that the host's counts too. */
  get anyWithoutDraw(): boolean {
    return this.withDraw < this.present.length;
  }

  /** When the next request starts, changes its phase or ends, Unix µs; Infinity when none will. */
  get nextChangeUs(): number {
    const turning = this.turns[this.turned];
    return Math.min(
      this.arrivals[this.arrived]?.fromUs ?? Infinity,
      turning === undefined ? Infinity : turnOf(turning),
      this.departures[this.departed]?.toUs ?? Infinity,
    );
  }

  /** Lets the requests go whose end has come, priced at the rate that was in force until now. */
  release(atUs: number, rate: Rate): void {
    this.atUs = atUs;
    for (
      let leaver = this.departures[this.departed];
      leaver !== undefined && leaver.toUs <= atUs;
      leaver = this.departures[this.departed]
    ) {
      this.departed += 1;
      this.close(leaver, rate);
      this.present.splice(this.placeOf(leaver.activity.id), 1);
      if (leaver.activity.milliwatts !== undefined) this.withDraw -= 1;
    }
  }

  /** Turns the requests to generation whose prompt has been evaluated. */
  turn(atUs: number, rate: Rate): void {
    for (
      let turner = this.turns[this.turned];
      turner !== undefined && turnOf(turner) <= atUs;
      turner = this.turns[this.turned]
    ) {
      this.turned += 1;
      this.close(turner, rate);
      turner.phase = 'generate';
      this.open(turner);
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
      this.present.splice(this.placeOf(comer.activity.id), 0, comer);
      if (comer.activity.milliwatts !== undefined) this.withDraw += 1;
    }
  }

  /** Shares one stretch: equally, or by tokens where those of all are known. */
  share(energyPj: bigint, floorPj: bigint, durationUs: number): void {
    this.atUs += durationUs;
    const count = this.present.length;
    if (count === 0) return;
    this.hostPj += energyPj;
    this.sharedUs += durationUs * count;
    const weights = this.sharing === 'equal' ? null : this.weights();
    if (weights === null) this.shareEqually(energyPj, floorPj);
    else this.shareBy(weights, energyPj, floorPj);
  }

  /** Ends the slices of all present requests, before the rate or the quarter hour turns. */
  cut(rate: Rate): void {
    for (const participant of this.present) {
      this.close(participant, rate);
      this.open(participant);
    }
  }

  /** The shares of all, at the end of the window. */
  finish(rate: Rate): ReadonlyMap<string, Share> {
    for (const participant of this.present) this.close(participant, rate);
    this.present.length = 0;
    return new Map([...this.slices].map(([id, slices]) => [id, { slices }]));
  }

  /** Largest remainder: all remainders are equal, so the rest goes one pJ each to the lowest ids. */
  private shareEqually(energyPj: bigint, floorPj: bigint): void {
    const count = BigInt(this.present.length);
    this.equalPj += energyPj / count;
    this.equalFloorPj += floorPj / count;
    const rest = Number(energyPj % count);
    const floorRest = Number(floorPj % count);
    const last = Math.max(rest, floorRest);
    for (let place = 0; place < last; place += 1) {
      const participant = this.present[place];
      if (participant === undefined) return;
      if (place < rest) participant.restPj += 1;
      if (place < floorRest) participant.restFloorPj += 1;
    }
  }

  /** The floor by the same weights; what rounding would lift above the energy falls to the next. */
  private shareBy(weights: readonly bigint[], energyPj: bigint, floorPj: bigint): void {
    const parts = divide(energyPj, weights);
    const floors = divide(floorPj, weights);
    let over = 0n;
    for (const [place, participant] of this.present.entries()) {
      const part = parts[place] ?? 0n;
      const floor = (floors[place] ?? 0n) + over;
      participant.ownPj += part;
      participant.ownFloorPj += floor < part ? floor : part;
      over = floor > part ? floor - part : 0n;
    }
    for (const [place, participant] of this.present.entries()) {
      if (over === 0n) return;
      const room = (parts[place] ?? 0n) - (floors[place] ?? 0n);
      const taken = room < over ? room : over;
      if (taken <= 0n) continue;
      participant.ownFloorPj += taken;
      over -= taken;
    }
  }

  /** Null where one of those present is not known, or nobody weighs anything. */
  private weights(): bigint[] | null {
    const weights: bigint[] = [];
    let isAny = false;
    for (const { weight } of this.present) {
      if (weight === null) return null;
      weights.push(weight);
      isAny ||= weight > 0n;
    }
    return isAny ? weights : null;
  }

  private open(participant: Participant): void {
    if (this.sharing !== 'equal')
      participant.weight = weightOf(participant.activity, participant.phase, this.sharing);
    participant.sinceUs = this.atUs;
    participant.sincePj = this.equalPj;
    participant.sinceFloorPj = this.equalFloorPj;
    participant.sinceHostPj = this.hostPj;
    participant.sinceSharedUs = this.sharedUs;
    participant.ownPj = 0n;
    participant.ownFloorPj = 0n;
    participant.restPj = 0;
    participant.restFloorPj = 0;
  }

  private close(participant: Participant, rate: Rate): void {
    if (this.atUs === participant.sinceUs) return;
    const slice: EnergySlice = {
      fromUs: participant.sinceUs,
      toUs: this.atUs,
      phase: participant.phase,
      energyPj: this.equalPj - participant.sincePj + participant.ownPj + BigInt(participant.restPj),
      floorPj:
        this.equalFloorPj -
        participant.sinceFloorPj +
        participant.ownFloorPj +
        BigInt(participant.restFloorPj),
      hostPj: this.hostPj - participant.sinceHostPj,
      sharedUs: this.sharedUs - participant.sinceSharedUs,
      rateMicrosPerKwh: rate.rateMicrosPerKwh,
      currency: rate.version.currency,
      tariffVersionId: rate.version.id,
    };
    const { id } = participant.activity;
    const before = this.slices.get(id);
    if (before === undefined) this.slices.set(id, [slice]);
    else before.push(slice);
  }

  /** Where an id stands, or would stand, among those present. */
  private placeOf(id: string): number {
    let low = 0;
    let high = this.present.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.present[middle]?.activity.id ?? '') < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function turnOf({ activity }: Participant): number {
  return activity.promptToUs ?? -Infinity;
}
