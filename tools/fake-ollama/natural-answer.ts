import type { NaturalAnswer } from './answer.ts';
import { answerText, hash32, pieces, textOfTokens, thinkingText } from './generate-text.ts';
import type { Model } from './model-catalogue.ts';
import type { InferenceBody, WireMessage, WireTool } from './ollama-wire.ts';
import { schemaInstance } from './schema-instance.ts';
import { callsAskedFor } from './tool-calls.ts';

/** Where the text of an unscripted answer comes from; the demo has its own. */
export type AnswerSource = (prompt: string, seed: number, model: Model) => string;

/** What an unscripted model answers to. */
export interface Question {
  readonly model: Model;
  readonly body: InferenceBody;
  /** The conversation as far as it fits; empty for `/api/generate`. */
  readonly messages: readonly WireMessage[];
  /** The last user message, or the prompt. */
  readonly prompt: string;
  readonly tools: readonly WireTool[];
  /** Text after the gap to fill, of `/api/generate`. */
  readonly suffix: string;
  /** Whether the model may think. */
  readonly think: boolean;
  /** Tokens it may generate at most. */
  readonly limit: number;
}

/** The answer a real model would give, as far as the wire can tell: same question and seed, same answer. */
export function naturalAnswer(
  question: Question,
  source: AnswerSource = answerText,
  answerTokens?: number,
): NaturalAnswer {
  const { model, body, prompt, limit } = question;
  const seed = body.options?.seed ?? 0;
  const lastRole = question.messages.at(-1)?.role;
  // A format holds the sampler to its schema from the first token: no call fits (ollama#8095).
  const mayCall = lastRole !== 'tool' && !body.format;
  const toolCalls = mayCall ? callsAskedFor(question.tools, prompt) : [];
  const thinking = question.think ? pieces(thinkingText(prompt)) : [];
  const spoken =
    toolCalls.length > 0
      ? []
      : answerTokens !== undefined
        ? textOfTokens(prompt, answerTokens, seed)
        : pieces(contentFor(question, seed, source));
  const content = untilStop(spoken, body.options?.stop ?? []);
  const thought = thinking.slice(0, limit);
  const said = content.slice(0, limit - thought.length);
  return {
    thinking: thought,
    content: said,
    toolCalls: model.capabilities.includes('tools') ? toolCalls : [],
    reason: thought.length + said.length < thinking.length + content.length ? 'length' : 'stop',
  };
}

function contentFor(question: Question, seed: number, source: AnswerSource): string {
  const { body, prompt } = question;
  const format = body.format;
  if (typeof format === 'object' && format !== null) {
    return JSON.stringify(schemaInstance(format, hash32(prompt, seed)));
  }
  if (format === 'json') return JSON.stringify({ answer: source(prompt, seed, question.model) });
  if (question.suffix !== '')
    return ` # filled in between ${prompt.length} and ${question.suffix.length} characters\n`;
  const last = question.messages.at(-1);
  if (last?.role === 'tool') return `The tool answered: ${(last.content ?? '').slice(0, 200)}`;
  return source(prompt, seed, question.model);
}

/** Cuts the text in front of the first stop sequence, as llama-server does. */
function untilStop(spoken: string[], stops: readonly string[]): string[] {
  const text = stops.length === 0 ? '' : spoken.join('');
  const cuts = stops.filter((stop) => stop !== '').map((stop) => text.indexOf(stop));
  const cut = Math.min(...cuts.filter((at) => at >= 0));
  return Number.isFinite(cut) ? pieces(text.slice(0, cut)) : spoken;
}
