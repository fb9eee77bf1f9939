/** A sleep that a ring ends early. A ring while nobody sleeps ends the next sleep at once; many are one. */
export class Alarm {
  private rung = false;
  private awake: (() => void) | null = null;

  async sleep(durationMs: number): Promise<void> {
    if (!this.rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, durationMs);
        this.awake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.awake = null;
    }
    this.rung = false;
  }

  ring(): void {
    this.rung = true;
    this.awake?.();
  }
}
