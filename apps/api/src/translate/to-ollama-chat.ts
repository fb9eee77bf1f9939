import type { ChatRequest } from '@ollameter/openai-contract';
import type { OllamaChatRequest } from '../upstream/ollama/ollama-wire';
import type { ModelFacts } from './model-facts';
import { toOllamaFormat } from './to-ollama-format';
import { toOllamaMessages } from './to-ollama-messages';
import { toOllamaOptions } from './to-ollama-options';
import { toOllamaThink } from './to-ollama-think';
import { forcedFormat, forcedInstruction, type ToolPlan } from './to-ollama-tools';
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
  const think = toOllamaThink(request.reasoning_effort, model.canThink);
  const messages = toOllamaMessages(request.messages, model);
  const format =
    tools.kind === 'forced' ? forcedFormat(tools.tools) : toOllamaFormat(request.response_format);
  if (tools.kind === 'forced') messages.push({ role: 'system', content: forcedInstruction(tools.tools) });
  return {
    model: model.name,
    messages,
    stream: true,
    truncate: false,
    ...(tools.kind === 'offered' && { tools: tools.tools }),
    ...(format !== undefined && { format }),
    // A forced call is JSON from its first token: there is nothing to think aloud.
    ...(tools.kind === 'forced' && model.canThink === true
      ? { think: false }
      : think !== undefined && { think }),
    ...(request.logprobs === true && { logprobs: true, top_logprobs: request.top_logprobs ?? 0 }),
    ...(Object.keys(options).length > 0 && { options }),
    ...(request.keep_alive != null && { keep_alive: request.keep_alive }),
  };
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
