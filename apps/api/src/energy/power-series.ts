/** Mean power of one step of time. */
export interface PowerPoint {
  /** Unix µs, a multiple of the step. */
  readonly fromUs: number;
  readonly watts: number;
  readonly byHost: ReadonlyMap<string, number>;
}

interface Step {
  readonly fromUs: number;
  samples: number;
  readonly sums: Map<string, number>;
}

/** Samples of power, kept as means of equal steps; the oldest steps are dropped. */
export class PowerSeries {
  private readonly steps: Step[] = [];

  constructor(
    private readonly stepUs: number,
    private readonly maxSteps: number,
  ) {}

  /** Samples come in the order of time; what comes from before the last step counts in it. */
  add(atUs: number, watts: ReadonlyMap<string, number>): void {
    const fromUs = Math.floor(atUs / this.stepUs) * this.stepUs;
    let last = this.steps.at(-1);
    if (last === undefined || last.fromUs < fromUs) {
      last = { fromUs, samples: 0, sums: new Map() };
      this.steps.push(last);
      if (this.steps.length > this.maxSteps) this.steps.shift();
    }
    last.samples += 1;
    for (const [host, value] of watts) last.sums.set(host, (last.sums.get(host) ?? 0) + value);
  }

  /** Oldest first; steps without a sample are left out. */
  since(us: number): PowerPoint[] {
    return this.steps
      .filter(({ fromUs }) => fromUs >= us)
      .map(({ fromUs, samples, sums }) => {
        const byHost = new Map([...sums].map(([host, sum]) => [host, sum / samples]));
        return { fromUs, byHost, watts: [...byHost.values()].reduce((sum, value) => sum + value, 0) };
      });
  }
}
