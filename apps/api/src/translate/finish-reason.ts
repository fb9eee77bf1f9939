import type { FinishReason } from '@ollameter/openai-contract';

/** Ollama's `done_reason` → OpenAI's `finish_reason`; `load` and `unload` end an empty answer. */
export function finishReason(doneReason: string | undefined): FinishReason {
  return doneReason === 'length' ? 'length' : 'stop';
}
