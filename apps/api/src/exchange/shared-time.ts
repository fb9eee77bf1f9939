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

/** So far back the clock can be read: with a request every millisecond, two seconds; a request is rarely that short. */
const KEPT_TURNS = 4_096;

/**
 * A clock that runs at 1/n while n requests run: what it moved on while one of them was there is that one's equal
 * share of the time (the virtual time of processor sharing). Constant work per change, however many run.
 */
export class SharedTime {
  private turns: Turn[] = [{ atUs: 0, virtualUs: 0, sharers: 0 }];

  join(nowUs: number): void {
    this.turn(nowUs, 1);
  }

  leave(nowUs: number): void {
    this.turn(nowUs, -1);
  }

  /** Where the clock stands, or stood at an earlier instant that it still remembers. */
  read(us: number): number {
    return readFrom(this.turnBefore(us), us);
  }

  /** The share that one who was there all the time had of a stretch that has passed. */
  between(fromUs: number, toUs: number): SharedStretch {
    const sharedUs = Math.max(0, this.read(toUs) - this.read(fromUs));
    const first = this.turns.indexOf(this.turnBefore(fromUs));
    const alone = this.turns.slice(first).every(({ atUs, sharers }) => atUs >= toUs || sharers <= 1);
    return { sharedUs, alone };
  }

  private turn(nowUs: number, by: number): void {
    const last = this.last;
    const atUs = Math.max(nowUs, last.atUs);
    this.turns.push({ atUs, virtualUs: readFrom(last, atUs), sharers: last.sharers + by });
    if (this.turns.length > 2 * KEPT_TURNS) this.turns = this.turns.slice(-KEPT_TURNS);
  }

  private get last(): Turn {
    return this.turns.at(-1) ?? { atUs: 0, virtualUs: 0, sharers: 0 };
  }

  private turnBefore(us: number): Turn {
    return this.turns.findLast(({ atUs }) => atUs <= us) ?? this.turns[0] ?? this.last;
  }
}

function readFrom({ atUs, virtualUs, sharers }: Turn, us: number): number {
  return virtualUs + (sharers > 0 ? Math.max(0, us - atUs) / sharers : 0);
}
