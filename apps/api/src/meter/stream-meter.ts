/** The figures that Ollama's last record carries, in ns and tokens; 0 is omitted on the wire. */
export interface UpstreamFigures {
  load_duration?: number;
  prompt_eval_count?: number;
  prompt_eval_cached_count?: number;
  prompt_eval_duration?: number;
  eval_count?: number;
  eval_duration?: number;
}

/** Where the time and the tokens of one answer went. Null is unknown, never 0. */
export interface Metering {
  promptTokens: number | null;
  completionTokens: number | null;
  tokensQuality: 'reported' | 'counted' | null;
  loadMs: number | null;
  promptMs: number | null;
  generateMs: number | null;
  tokensPerSecond: number | null;
  /** First upstream record, Unix µs. */
  firstRecordUs: number | null;
  /** First upstream record − `prompt_eval_duration`, Unix µs. */
  activeFromUs: number | null;
  /** Last upstream record, Unix µs. */
  activeToUs: number | null;
}

const NS_PER_MS = 1e6;
const NS_PER_US = 1e3;

/**
 * A tap on one upstream answer. It sees every record and keeps only counters; where Ollama's own figures never
 * come (a client that left, a stream that broke) it falls back to the gateway's clock and to the records that
 * carried text, one per token on Ollama's wire, and says so.
 */
export class StreamMeter {
  private firstUs: number | null = null;
  private lastUs: number | null = null;
  private textRecords = 0;
  private figures: UpstreamFigures | null = null;

  get firstRecordUs(): number | null {
    return this.firstUs;
  }

  /** One read from the upstream arrived at `nowUs` (Unix µs), with this many records that carried text. */
  observe(nowUs: number, textRecords: number): void {
    this.firstUs ??= nowUs;
    this.lastUs = nowUs;
    this.textRecords += textRecords;
  }

  /** The record with `done: true`. */
  finish(figures: UpstreamFigures): void {
    this.figures = figures;
  }

  result(): Metering {
    if (this.firstUs === null || this.lastUs === null) return NOTHING;
    return this.figures === null
      ? this.byClock(this.firstUs, this.lastUs)
      : this.byOllama(this.figures, this.firstUs, this.lastUs);
  }

  private byOllama(figures: UpstreamFigures, firstUs: number, lastUs: number): Metering {
    const evalNs = figures.eval_duration ?? 0;
    const promptNs = figures.prompt_eval_duration ?? 0;
    const completionTokens = figures.eval_count ?? 0;
    return {
      promptTokens: figures.prompt_eval_count ?? 0,
      completionTokens,
      tokensQuality: 'reported',
      loadMs: (figures.load_duration ?? 0) / NS_PER_MS,
      promptMs: promptNs / NS_PER_MS,
      generateMs: evalNs / NS_PER_MS,
      tokensPerSecond: evalNs > 0 ? completionTokens / (evalNs / 1e9) : null,
      firstRecordUs: firstUs,
      activeFromUs: firstUs - Math.round(promptNs / NS_PER_US),
      activeToUs: lastUs,
    };
  }

  private byClock(firstUs: number, lastUs: number): Metering {
    const generateUs = lastUs - firstUs;
    return {
      promptTokens: null,
      completionTokens: this.textRecords,
      tokensQuality: 'counted',
      loadMs: null,
      promptMs: null,
      generateMs: generateUs / 1000,
      tokensPerSecond: generateUs > 0 ? this.textRecords / (generateUs / 1e6) : null,
      firstRecordUs: firstUs,
      activeFromUs: firstUs,
      activeToUs: lastUs,
    };
  }
}

const NOTHING: Metering = Object.freeze({
  promptTokens: null,
  completionTokens: null,
  tokensQuality: null,
  loadMs: null,
  promptMs: null,
  generateMs: null,
  tokensPerSecond: null,
  firstRecordUs: null,
  activeFromUs: null,
  activeToUs: null,
});
