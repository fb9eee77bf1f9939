/** The figures that Ollama's last record carries, in ns and tokens; 0 is omitted on the wire. */
export interface UpstreamFigures {
  load_duration?: number;
  prompt_eval_count?: number;
  /** Of these, taken from the prompt cache; releases before it leave it out as they do a 0. */
  prompt_eval_cached_count?: number;
  prompt_eval_duration?: number;
  eval_count?: number;
  eval_duration?: number;
}

/** Where the time and the tokens of one answer went. Null is unknown, never 0. */
export interface Metering {
  promptTokens: number | null;
  /** Of the prompt, what Ollama took from its cache and did not evaluate; null where it tells of none. */
  cachedPromptTokens: number | null;
  completionTokens: number | null;
  tokensQuality: 'reported' | 'counted' | null;
  loadMs: number | null;
  promptMs: number | null;
  generateMs: number | null;
  tokensPerSecond: number | null;
  /** First upstream record, Unix µs. */
  firstRecordUs: number | null;
  /** First upstream record − its `prompt_eval_duration`, Unix µs. */
  activeFromUs: number | null;
  /** Last upstream record, Unix µs. */
  activeToUs: number | null;
}

const NS_PER_MS = 1e6;
const NS_PER_US = 1e3;
const NS_PER_S = 1e9;

/**
 * A tap on one exchange's upstream records. It keeps only counters; where Ollama's own figures never come (a
 * client that left, a stream that broke) it falls back to the gateway's clock and to the records that carried
 * text, one per token on Ollama's wire, and says so. An exchange may take several rounds (`n` choices); their
 * figures add up.
 */
export class StreamMeter {
  private firstUs: number | null = null;
  private lastUs: number | null = null;
  private finishedRounds = 0;
  private firstPromptNs = 0;
  private roundFromUs: number | null = null;
  /** Records with text since the last round that Ollama finished. */
  private openTextRecords = 0;
  private readonly total = {
    loadNs: 0,
    promptNs: 0,
    evalNs: 0,
    promptTokens: 0,
    cachedTokens: 0,
    completionTokens: 0,
  };

  get firstRecordUs(): number | null {
    return this.firstUs;
  }

  /** Completion tokens so far: Ollama's count of the finished rounds, and one per record with text since. */
  get tokens(): number {
    return this.total.completionTokens + this.openTextRecords;
  }

  /** One read from the upstream arrived at `nowUs` (Unix µs), with this many records that carried text. */
  observe(nowUs: number, textRecords: number): void {
    this.firstUs ??= nowUs;
    this.roundFromUs ??= nowUs;
    this.lastUs = nowUs;
    this.openTextRecords += textRecords;
  }

  /** The record with `done: true`, after the read that held it was observed. */
  finish(figures: UpstreamFigures): void {
    const promptNs = figures.prompt_eval_duration ?? 0;
    if (this.finishedRounds === 0) this.firstPromptNs = promptNs;
    this.finishedRounds++;
    this.openTextRecords = 0;
    this.roundFromUs = null;
    this.total.loadNs += figures.load_duration ?? 0;
    this.total.promptNs += promptNs;
    this.total.evalNs += figures.eval_duration ?? 0;
    this.total.promptTokens += figures.prompt_eval_count ?? 0;
    this.total.cachedTokens += figures.prompt_eval_cached_count ?? 0;
    this.total.completionTokens += figures.eval_count ?? 0;
  }

  result(): Metering {
    if (this.firstUs === null || this.lastUs === null) return NOTHING;
    const reported = this.finishedRounds > 0;
    const { total } = this;
    const openNs = this.roundFromUs === null ? 0 : (this.lastUs - this.roundFromUs) * NS_PER_US;
    const completionTokens = total.completionTokens + this.openTextRecords;
    const generateNs = total.evalNs + openNs;
    return {
      promptTokens: reported ? total.promptTokens : null,
      cachedPromptTokens: total.cachedTokens === 0 ? null : total.cachedTokens,
      completionTokens,
      tokensQuality: this.roundFromUs === null ? 'reported' : 'counted',
      loadMs: reported ? total.loadNs / NS_PER_MS : null,
      promptMs: reported ? total.promptNs / NS_PER_MS : null,
      generateMs: generateNs / NS_PER_MS,
      tokensPerSecond: generateNs > 0 ? completionTokens / (generateNs / NS_PER_S) : null,
      firstRecordUs: this.firstUs,
      activeFromUs: this.firstUs - Math.round(this.firstPromptNs / NS_PER_US),
      activeToUs: this.lastUs,
    };
  }
}

const NOTHING: Metering = Object.freeze({
  promptTokens: null,
  cachedPromptTokens: null,
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
