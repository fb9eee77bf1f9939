import type { ChoiceLogprobs, TokenLogprob } from '@ollameter/openai-contract';
import type { OllamaLogprob } from '../upstream/ollama/ollama-wire';

/** Ollama's logprobs → OpenAI's; `top_logprobs` is always there, because the Vercel AI SDK requires it. */
export function toChoiceLogprobs(logprobs: readonly OllamaLogprob[]): ChoiceLogprobs {
  return { content: logprobs.map(toTokenLogprob), refusal: null };
}

function toTokenLogprob(entry: OllamaLogprob): TokenLogprob {
  return {
    token: entry.token,
    logprob: entry.logprob,
    bytes: entry.bytes ?? [...Buffer.from(entry.token)],
    top_logprobs: (entry.top_logprobs ?? []).map((top) => ({
      token: top.token,
      logprob: top.logprob,
      bytes: top.bytes ?? [...Buffer.from(top.token)],
    })),
  };
}
