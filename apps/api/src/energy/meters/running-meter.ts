import type { MeterReading, MeterState } from '@ollameter/admin-contract';
import { toEnergyWh } from '@ollameter/cost-model';
import type { EnergyClock } from '../energy-clock';
import { DRIVERS } from './drivers';
import type { MeterRecord } from './meter.repository';
import { MeterTimeline, type TimedReading } from './meter-timeline';

const MIN_READ_MS = 3_000;
const MAX_READ_MS = 10_000;
/** Without a reading for so many intervals a meter is stale. */
const STALE_INTERVALS = 3;
/** A step that is longer is no jitter. */
const COARSE_INTERVALS = 1.5;

/** One enabled meter: read every interval, its readings kept. A constant is never read. */
export class RunningMeter {
  readonly timeline: MeterTimeline;
  lastError: string | null = null;
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;
  /** When the last reading came in, Unix µs; a slow device's is older than that when it comes. */
  private arrivedUs = -Infinity;

  constructor(
    public record: MeterRecord,
    private readonly clock: EnergyClock,
  ) {
    this.timeline = new MeterTimeline(record.calibration, record.intervalMs);
  }

  start(): void {
    if (this.record.kind !== 'constant') void this.turn();
  }

  stop(): void {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
  }

  get state(): MeterState {
    if (this.record.kind === 'constant') return 'live';
    const { lastReading } = this.timeline;
    if (lastReading === null) return this.lastError === null ? 'waiting' : 'stale';
    return this.isFresh ? 'live' : 'stale';
  }

  /** Why it is not live, in words; null when it is. */
  get reason(): string | null {
    const { state } = this;
    if (state === 'live') return null;
    if (state === 'waiting') return 'The first reading is on its way.';
    const { lastReading } = this.timeline;
    const silence =
      lastReading === null
        ? 'No reading yet'
        : `No reading for ${Math.round((this.clock.nowUs() - lastReading.atUs) / 1e6)} s`;
    return `${silence}${this.lastError === null ? '' : `: ${this.lastError}`}. The constant stands in.`;
  }

  /** Mean power of the last step, W, calibrated; null while stale. */
  get watts(): number | null {
    const { lastReading } = this.timeline;
    return lastReading === null || !this.isFresh ? null : this.lastWatts;
  }

  get lastReading(): MeterReading | null {
    const { lastReading } = this.timeline;
    if (lastReading === null) return null;
    const counterPj = this.timeline.counterPj(lastReading);
    return {
      at: new Date(lastReading.atUs / 1_000).toISOString(),
      ageMs: Math.max(0, Math.round((this.clock.nowUs() - lastReading.atUs) / 1_000)),
      watts: this.lastWatts,
      counterWh: counterPj === null ? null : toEnergyWh(counterPj),
    };
  }

  /** How far apart what it tells is, ms: its interval, or longer where a counter moves in coarse steps. */
  get stepMs(): number {
    const { intervalMs } = this.record;
    const step = this.timeline.steps.at(-1);
    const told = step === undefined ? 0 : (step.toUs - step.fromUs) / 1_000;
    return told > COARSE_INTERVALS * intervalMs ? told : intervalMs;
  }

  private get lastWatts(): number | null {
    const { lastReading, steps } = this.timeline;
    const step = steps.at(-1);
    if (lastReading === null) return null;
    const { milliwatts } = lastReading;
    // A counter that stands still for now was told in coarse steps: its last one is the best there is.
    if (step !== undefined && (step.toUs === lastReading.atUs || milliwatts === null))
      return Number(step.energyPj / 1_000_000n) / (step.toUs - step.fromUs);
    return milliwatts === null ? null : (milliwatts / 1_000) * this.record.calibration;
  }

  private get isFresh(): boolean {
    return this.clock.nowUs() - this.arrivedUs <= STALE_INTERVALS * this.record.intervalMs * 1_000;
  }

  private async turn(): Promise<void> {
    const startedMs = performance.now();
    try {
      this.timeline.add(await readMeter(this.record, this.clock));
      this.arrivedUs = this.clock.nowUs();
      this.lastError = null;
    } catch (error) {
      this.lastError = error instanceof Error ? error.message : String(error);
    }
    if (this.stopped) return;
    const restMs = this.record.intervalMs - (performance.now() - startedMs);
    this.timer = setTimeout(() => void this.turn(), Math.max(0, restMs));
    this.timer.unref();
  }
}

/** Reads a device once; the reading is stamped half-way through the exchange. @throws MeterError, HttpTextError */
export async function readMeter(
  record: Pick<MeterRecord, 'kind' | 'settings' | 'secret' | 'intervalMs'>,
  clock: EnergyClock,
): Promise<TimedReading> {
  if (record.kind === 'constant') {
    const watts = record.settings.activeWatts ?? 0;
    return { atUs: clock.nowUs(), milliwatts: Math.round(watts * 1_000), counters: [] };
  }
  const fromUs = clock.nowUs();
  const reading = await DRIVERS[record.kind].read({
    kind: record.kind,
    settings: record.settings,
    secret: record.secret,
    timeoutMs: Math.min(MAX_READ_MS, Math.max(MIN_READ_MS, record.intervalMs)),
  });
  return { ...reading, atUs: Math.round((fromUs + clock.nowUs()) / 2) };
}
