import type { Follower } from './change-feed.service';

/** What is stored, held in memory for the path of a request. */
export class KeptCopy implements Follower {
  private reading: Promise<void> = Promise.resolve();
  private next: Promise<void> | null = null;

  constructor(
    private readonly read: () => Promise<void>,
    private readonly failed: (error: Error) => void,
  ) {}

  /**
   * Reads what is stored now. One reading after the other, so that an older answer never overwrites a newer one; who
   * asks while one is under way shares the next.
   */
  refresh(): Promise<void> {
    if (this.next !== null) return this.next;
    const turn = this.reading.then(() => {
      this.next = null;
      return this.read();
    });
    this.next = turn;
    this.reading = turn.catch(() => undefined);
    return turn;
  }

  changed(): void {
    this.refresh().catch(this.failed);
  }

  listening(): void {
    this.changed();
  }
}
