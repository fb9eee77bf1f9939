import type { Histogram, Meter } from '@opentelemetry/api';
import type { AnswerRecord } from '../exchange/exchange-record';
import { operationOf } from './gen-ai-attributes';

/** Bucket boundaries of the semantic conventions. */
const SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const SECONDS_TO_FIRST_TOKEN = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];
const SECONDS_PER_TOKEN = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5];
const TOKENS = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];

/** The metrics of OpenTelemetry's semantic conventions for generative AI servers. */
export class GenAiMetrics {
  private readonly duration: Histogram;
  private readonly firstToken: Histogram;
  private readonly perToken: Histogram;
  private readonly tokens: Histogram;

  /** @param isKnown whether a host holds a model of this name: names that clients make up must not become series. */
  constructor(
    meter: Meter,
    private readonly isKnown: (model: string) => boolean,
  ) {
    const seconds = (name: string, explicitBucketBoundaries: number[]) =>
      meter.createHistogram(name, { unit: 's', advice: { explicitBucketBoundaries } });
    this.duration = seconds('gen_ai.server.request.duration', SECONDS);
    this.firstToken = seconds('gen_ai.server.time_to_first_token', SECONDS_TO_FIRST_TOKEN);
    this.perToken = seconds('gen_ai.server.time_per_output_token', SECONDS_PER_TOKEN);
    this.tokens = meter.createHistogram('gen_ai.client.token.usage', {
      unit: '{token}',
      advice: { explicitBucketBoundaries: TOKENS },
    });
  }

  observe(record: AnswerRecord): void {
    const attributes = {
      'gen_ai.operation.name': operationOf(record),
      'gen_ai.provider.name': 'ollama',
      'gen_ai.request.model':
        record.model !== null && this.isKnown(record.model) ? record.model : '(unknown)',
    };
    this.duration.record(record.durationMs / 1000, {
      ...attributes,
      ...(record.outcome !== 'completed' && { 'error.type': record.outcome }),
    });
    if (record.ttftMs !== null) this.firstToken.record(record.ttftMs / 1000, attributes);
    if (record.tokensPerSecond !== null && record.tokensPerSecond > 0)
      this.perToken.record(1 / record.tokensPerSecond, attributes);
    if (record.promptTokens !== null)
      this.tokens.record(record.promptTokens, { ...attributes, 'gen_ai.token.type': 'input' });
    if (record.completionTokens !== null)
      this.tokens.record(record.completionTokens, { ...attributes, 'gen_ai.token.type': 'output' });
  }
}
