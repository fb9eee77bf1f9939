import { SharedSlots } from './shared-slots';

/** One gateway alone: every slot is its own. */
export class OwnSlots extends SharedSlots {
  readonly byTurns = false;
  readonly parts = 1;
  readonly crowding = 1;

  waitingElsewhere(): number {
    return 0;
  }

  attach(): void {
    // Nobody else gives or takes.
  }

  ask(): Promise<void> {
    return Promise.resolve();
  }

  occupy(): string {
    return '';
  }

  use(): void {
    // Without turns there are no leases.
  }

  giveBack(): void {
    // The queue counts by itself.
  }

  leave(): Promise<void> {
    return Promise.resolve();
  }
}
