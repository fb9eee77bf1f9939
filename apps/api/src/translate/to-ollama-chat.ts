import type { ChatMessage, ChatRequest } from '@ollameter/openai-contract';
import type { OllamaChatRequest, OllamaMessage, OllamaOptions } from '../upstream/ollama/ollama-wire';
import { UntranslatableError } from './untranslatable-error';

/**
 * An OpenAI chat request → Ollama's `POST /api/chat`, always streamed and never truncated in silence.
 * Absent fields stay absent, so that the model's own parameters hold.
 * @throws UntranslatableError naming the field that cannot be honoured.
 */
export function toOllamaChat(
  request: ChatRequest,
  model: string,
  pinnedNumCtx: number | null,
): OllamaChatRequest {
  refuseUnsupported(request);
  const options = toOllamaOptions(request, pinnedNumCtx);
  return {
    model,
    messages: request.messages.map(toOllamaMessage),
    stream: true,
    truncate: false,
    ...(Object.keys(options).length > 0 && { options }),
    ...(request.keep_alive != null && { keep_alive: request.keep_alive }),
  };
}

/** Known fields that change the answer and are not translated yet are refused by name, never dropped. */
function refuseUnsupported(request: ChatRequest): void {
  const refuse = (param: string, when: boolean) => {
    if (when) throw new UntranslatableError(param, `'${param}' is not supported by this gateway.`);
  };
  refuse('tools', (request.tools?.length ?? 0) > 0);
  refuse('functions', (request.functions?.length ?? 0) > 0);
  refuse('n', (request.n ?? 1) > 1);
  refuse('logprobs', request.logprobs === true);
  refuse('response_format', request.response_format != null && request.response_format.type !== 'text');
  refuse('modalities', request.modalities?.some((modality) => modality !== 'text') ?? false);
}

/** OpenAI's sampling fields → Ollama's `options`. Source: Ollama `api/types.go`, OpenAI API reference. */
export function toOllamaOptions(request: ChatRequest, pinnedNumCtx: number | null): OllamaOptions {
  const options: OllamaOptions = {};
  const maxTokens = request.max_completion_tokens ?? request.max_tokens;
  if (maxTokens != null) options.num_predict = maxTokens;
  if (pinnedNumCtx !== null) options.num_ctx = pinnedNumCtx;
  for (const field of SAMPLING_FIELDS) {
    const value = request[field];
    if (value != null) options[field] = value;
  }
  if (request.stop != null) options.stop = typeof request.stop === 'string' ? [request.stop] : request.stop;
  return options;
}

const SAMPLING_FIELDS = [
  'temperature',
  'top_p',
  'top_k',
  'min_p',
  'repeat_penalty',
  'presence_penalty',
  'frequency_penalty',
  'seed',
] as const;

function toOllamaMessage(message: ChatMessage, index: number): OllamaMessage {
  if (message.role === 'tool' || message.role === 'function')
    throw new UntranslatableError(
      `messages[${index}].role`,
      `Messages of role '${message.role}' are not supported by this gateway.`,
    );
  return {
    // Chat templates know no `developer`; it is OpenAI's newer word for `system`.
    role: message.role === 'developer' ? 'system' : message.role,
    content: toText(message.content, index),
  };
}

/** Content parts joined in order: Ollama's content is one string. */
function toText(content: ChatMessage['content'], messageIndex: number): string {
  if (content == null) return '';
  if (typeof content === 'string') return content;
  return content
    .map((part, index) => {
      if ('text' in part) return part.text;
      throw new UntranslatableError(
        `messages[${messageIndex}].content[${index}].type`,
        `Content parts of type '${part.type}' are not supported by this gateway.`,
      );
    })
    .join('');
}
