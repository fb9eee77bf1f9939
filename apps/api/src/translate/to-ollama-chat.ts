import type { ChatRequest } from '@ollameter/openai-contract';
import type { OllamaChatRequest, OllamaMessage } from '../upstream/ollama/ollama-wire';
import type { ModelFacts } from './model-facts';
import { toOllamaFormat } from './to-ollama-format';
import { toOllamaMessages } from './to-ollama-messages';
import { toOllamaOptions } from './to-ollama-options';
import { toOllamaThink } from './to-ollama-think';
import { type ToolPlan, writtenFormat, writtenInstruction } from './to-ollama-tools';
import { UntranslatableError } from './untranslatable-error';

/**
 * An OpenAI chat request → one Ollama `POST /api/chat` per choice, always streamed and never truncated in
 * silence. Choices beyond the first get their own seed where one was given, or they would be copies.
 * @throws UntranslatableError naming the field that cannot be honoured.
 */
export function toOllamaChat(request: ChatRequest, tools: ToolPlan, model: ModelFacts): OllamaChatRequest[] {
  refuseWhatChangesTheAnswer(request);
  const body = toOneChoice(request, tools, model);
  return Array.from({ length: request.n ?? 1 }, (_, choice) =>
    choice === 0 || request.seed == null
      ? body
      : { ...body, options: { ...body.options, seed: request.seed + choice } },
  );
}

function toOneChoice(request: ChatRequest, tools: ToolPlan, model: ModelFacts): OllamaChatRequest {
  const options = toOllamaOptions(
    request,
    request.max_completion_tokens ?? request.max_tokens,
    model.context,
  );
  const think = toOllamaThink(request, model.canThink);
  const format = toOllamaFormat(request.response_format);
  const written = tools.kind === 'written' ? tools : null;
  const answer = written?.required === true ? null : (format ?? null);
  const messages = toOllamaMessages(request.messages, model);
  return {
    model: model.name,
    messages: written === null ? messages : instructed(messages, writtenInstruction(written.tools, answer)),
    stream: true,
    truncate: false,
    ...(tools.kind === 'offered' && { tools: tools.tools }),
    ...(written !== null
      ? { format: writtenFormat(written.tools, answer) }
      : format !== undefined && { format }),
    // A forced call is JSON from its first token: there is nothing to think aloud.
    ...(written?.required === true && model.canThink === true
      ? { think: false }
      : think !== undefined && { think }),
    ...(request.logprobs === true && { logprobs: true, top_logprobs: request.top_logprobs ?? 0 }),
    ...(Object.keys(options).length > 0 && { options }),
    ...(request.keep_alive != null && { keep_alive: request.keep_alive }),
  };
}

/**
 * Tells the model what it must know in a message that is there: templates may refuse a system message that is not the
 * first, and one that is the first makes Ollama leave out the model's own.
 */
function instructed(messages: OllamaMessage[], instruction: string): OllamaMessage[] {
  const place =
    messages[0]?.role === 'system' ? 0 : messages.findLastIndex((message) => message.role === 'user');
  const chosen = messages[place];
  if (chosen === undefined) return [{ role: 'system', content: instruction }, ...messages];
  const content = chosen.content === '' ? instruction : `${chosen.content}\n\n${instruction}`;
  return messages.with(place, { ...chosen, content });
}

/** Known fields that have no counterpart and would change the answer; those that would not are ignored. */
function refuseWhatChangesTheAnswer(request: ChatRequest): void {
  if (request.modalities?.some((modality) => modality !== 'text'))
    throw new UntranslatableError('modalities', 'This gateway answers in text only.', 'unsupported_value');
  if (request.audio != null)
    throw new UntranslatableError('audio', "'audio' is not supported: this gateway answers in text only.");
  if (request.web_search_options != null)
    throw new UntranslatableError('web_search_options', 'This gateway does not search the web.');
  if (request.moderation != null)
    throw new UntranslatableError('moderation', 'This gateway does not moderate.');
  refuseLogitBias(request.logit_bias);
}

/** Ollama exposes neither a tokenizer nor token ids. @throws UntranslatableError for a bias that is not empty. */
export function refuseLogitBias(bias: Record<string, number> | null | undefined): void {
  if (bias != null && Object.keys(bias).length > 0)
    throw new UntranslatableError('logit_bias', "'logit_bias' is not supported by this gateway.");
}
