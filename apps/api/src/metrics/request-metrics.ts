import type { AnswerRecord } from '../exchange/exchange-record';
import { Counter, Histogram, type Registry } from 'prom-client';

const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320, 640];
const TOKENS_PER_SECOND = [1, 2, 5, 10, 20, 35, 50, 75, 100, 150, 250, 500, 1000];
/** Names that clients make up must not become series. */
const UNKNOWN = '(unknown)';

/** What an answer record adds to the counters. Labels are endpoints, outcomes, hosts and models of the catalogue: bounded. */
export class RequestMetrics {
  private readonly requests: Counter<'endpoint' | 'model' | 'outcome'>;
  private readonly tokens: Counter<'model' | 'kind'>;
  private readonly duration: Histogram<'endpoint'>;
  private readonly queueWait: Histogram;
  private readonly firstToken: Histogram<'model'>;
  private readonly speed: Histogram<'model'>;

  constructor(
    registry: Registry,
    /** Whether a model's name is one that a host holds. */
    private readonly isKnown: (model: string) => boolean,
  ) {
    const registers = [registry];
    this.requests = new Counter({
      name: 'ollameter_requests_total',
      help: 'Settled requests with a key, by endpoint, model and outcome.',
      labelNames: ['endpoint', 'model', 'outcome'],
      registers,
    });
    this.tokens = new Counter({
      name: 'ollameter_tokens_total',
      help: 'Tokens as Ollama reported them, or counted where it could not.',
      labelNames: ['model', 'kind'],
      registers,
    });
    this.duration = new Histogram({
      name: 'ollameter_request_duration_seconds',
      help: 'From accept to the last byte.',
      labelNames: ['endpoint'],
      buckets: SECONDS,
      registers,
    });
    this.queueWait = new Histogram({
      name: 'ollameter_queue_wait_seconds',
      help: 'From accept to a slot.',
      buckets: SECONDS,
      registers,
    });
    this.firstToken = new Histogram({
      name: 'ollameter_time_to_first_token_seconds',
      help: 'From accept to the first upstream record.',
      labelNames: ['model'],
      buckets: SECONDS,
      registers,
    });
    this.speed = new Histogram({
      name: 'ollameter_tokens_per_second',
      help: 'Generated tokens a second of generation time, per request.',
      labelNames: ['model'],
      buckets: TOKENS_PER_SECOND,
      registers,
    });
  }

  observe(record: AnswerRecord): void {
    const { endpoint, outcome } = record;
    const model = record.model !== null && this.isKnown(record.model) ? record.model : UNKNOWN;
    this.requests.inc({ endpoint, model, outcome });
    this.duration.observe({ endpoint }, record.durationMs / 1000);
    if (record.queueMs !== null) this.queueWait.observe(record.queueMs / 1000);
    if (record.promptTokens !== null) this.tokens.inc({ model, kind: 'prompt' }, record.promptTokens);
    if (record.completionTokens !== null)
      this.tokens.inc({ model, kind: 'completion' }, record.completionTokens);
    if (record.ttftMs !== null) this.firstToken.observe({ model }, record.ttftMs / 1000);
    if (record.tokensPerSecond !== null) this.speed.observe({ model }, record.tokensPerSecond);
  }
}
