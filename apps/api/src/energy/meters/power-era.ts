import type { RunningMeter } from './running-meter';

/** The constant of a host: what it is charged by, or what stands in for its meters. Integer mW. */
export interface HostConstant {
  readonly name: string;
  readonly activeMilliwatts: number;
  readonly idleMilliwatts: number;
  readonly loadMilliwatts: number;
  /** While these models are active. */
  readonly modelMilliwatts: ReadonlyMap<string, number>;
}

/** How a host's energy is known, until meters are changed. */
export interface PowerEra {
  /** None: the constant counts. Several see different parts of the machine and are added. */
  readonly meters: readonly RunningMeter[];
  readonly constant: HostConstant;
}

/** The eras of one host in the order of time; the last one goes on. */
export class PowerEras {
  private readonly past: { era: PowerEra; untilUs: number }[] = [];

  constructor(private latest: PowerEra) {}

  get current(): PowerEra {
    return this.latest;
  }

  /** Begins an era unless it is the same as the one that goes on. */
  turn(era: PowerEra, atUs: number): void {
    if (isSame(this.latest, era)) return;
    this.past.push({ era: this.latest, untilUs: atUs });
    if (this.past.length > MAX_PAST) this.past.shift();
    this.latest = era;
  }

  /** The era of an instant and the one after it; null where it goes on. Those before the instant are forgotten. */
  at(us: number): { era: PowerEra; untilUs: number; next: PowerEra | null } {
    while ((this.past[0]?.untilUs ?? Infinity) <= us) this.past.shift();
    const [first, second] = this.past;
    if (first === undefined) return { era: this.latest, untilUs: Infinity, next: null };
    return { ...first, next: second?.era ?? this.latest };
  }
}

/** Changes within the time that is not settled yet. */
const MAX_PAST = 64;

function isSame(a: PowerEra, b: PowerEra): boolean {
  const { modelMilliwatts: modelsOfA, ...constantA } = a.constant;
  const { modelMilliwatts: modelsOfB, ...constantB } = b.constant;
  return (
    a.meters.length === b.meters.length &&
    a.meters.every((meter, index) => meter === b.meters[index]) &&
    JSON.stringify([constantA, ...modelsOfA]) === JSON.stringify([constantB, ...modelsOfB])
  );
}
