import type { Attributes } from '@opentelemetry/api';
import type { AnswerRecord } from '../exchange/exchange-record';

/** Names of OpenTelemetry's semantic conventions for generative AI; an endpoint that is none keeps its own name. */
const OPERATIONS: Readonly<Record<string, string>> = {
  'chat.completions': 'chat',
  responses: 'chat',
  'ollama.chat': 'chat',
  completions: 'text_completion',
  'ollama.generate': 'text_completion',
  embeddings: 'embeddings',
  'ollama.embed': 'embeddings',
  'ollama.embeddings': 'embeddings',
};

export function operationOf({ endpoint }: AnswerRecord): string {
  return OPERATIONS[endpoint] ?? endpoint;
}

/** What a span tells of a request: no prompt, no answer, no key. */
export function spanAttributes(record: AnswerRecord): Attributes {
  return {
    'gen_ai.operation.name': operationOf(record),
    'gen_ai.provider.name': 'ollama',
    'http.response.status_code': record.status,
    'ollameter.request.id': record.id,
    'ollameter.outcome': record.outcome,
    'ollameter.streamed': record.streamed,
    ...(record.model !== null && { 'gen_ai.request.model': record.model }),
    ...(record.host !== null && { 'server.address': record.host }),
    ...(record.keyName !== null && { 'ollameter.key.name': record.keyName }),
    ...(record.promptTokens !== null && { 'gen_ai.usage.input_tokens': record.promptTokens }),
    ...(record.completionTokens !== null && { 'gen_ai.usage.output_tokens': record.completionTokens }),
    ...(record.outcome !== 'completed' && { 'error.type': record.errorCode ?? record.outcome }),
  };
}
