/** Where the clock stood when somebody came or went. */
interface Turn {
  readonly atUs: number;
  readonly virtualUs: number;
  /** From here on. */
  readonly sharers: number;
}

/** What one had of a stretch of time. */
export interface SharedStretch {
  /** Its equal share, µs. */
  readonly sharedUs: number;
  /** Nobody else was there. */
  readonly alone: boolean;
}

const START: Turn = { atUs: 0, virtualUs: 0, sharers: 0 };

/** So far back the clock can be read: with a request every millisecond, two seconds; a request is rarely that short. */
const KEPT_TURNS = 4_096;

/**
 * A clock that runs at 1/n while n requests run: what it moved on while one of them was there is that one's equal
 * share of the time (the virtual time of processor sharing). Constant work per change, however many run.
 */
export class SharedTime {
  private turns: Turn[] = [START];

  join(nowUs: number): void {
    this.turn(nowUs, 1);
  }

  leave(nowUs: number): void {
    this.turn(nowUs, -1);
  }

  /** Where the clock stands, or stood at an earlier instant that it still remembers. */
  read(us: number): number {
    return readFrom(this.turnAt(this.indexBefore(us)), us);
  }

  /** The share that one who was there all the time had of a stretch that has passed. */
  between(fromUs: number, toUs: number): SharedStretch {
    const first = this.indexBefore(fromUs);
    const last = this.indexBefore(toUs - 1);
    let alone = true;
    for (let index = first; alone && index <= last; index++) alone = this.turnAt(index).sharers <= 1;
    const sharedUs = Math.max(0, this.read(toUs) - readFrom(this.turnAt(first), fromUs));
    return { sharedUs, alone };
  }

  private turn(nowUs: number, by: number): void {
    const last = this.last;
    const atUs = Math.max(nowUs, last.atUs);
    this.turns.push({ atUs, virtualUs: readFrom(last, atUs), sharers: last.sharers + by });
    if (this.turns.length > 2 * KEPT_TURNS) this.turns = this.turns.slice(-KEPT_TURNS);
  }

  private get last(): Turn {
    return this.turnAt(this.turns.length - 1);
  }

  private turnAt(index: number): Turn {
    return this.turns[index] ?? START;
  }

  /** Of the last turn at or before `us`, of the first where that is forgotten; found by halving. */
  private indexBefore(us: number): number {
    let low = 0;
    let high = this.turns.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.turnAt(middle).atUs <= us) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function readFrom({ atUs, virtualUs, sharers }: Turn, us: number): number {
  return virtualUs + (sharers > 0 ? Math.max(0, us - atUs) / sharers : 0);
}
