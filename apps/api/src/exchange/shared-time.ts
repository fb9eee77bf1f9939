/**
 * A clock that runs at 1/n while n requests run: what it moved on while one of them was there is that one's equal
 * share of the time (the virtual time of processor sharing). Constant work per change, however many run.
 */
export class SharedTime {
  private sharers = 0;
  private virtualUs = 0;
  private atUs = 0;

  join(nowUs: number): void {
    this.advance(nowUs);
    this.sharers++;
  }

  leave(nowUs: number): void {
    this.advance(nowUs);
    this.sharers--;
  }

  read(nowUs: number): number {
    this.advance(nowUs);
    return this.virtualUs;
  }

  private advance(nowUs: number): void {
    if (this.sharers > 0) this.virtualUs += Math.max(0, nowUs - this.atUs) / this.sharers;
    this.atUs = nowUs;
  }
}
