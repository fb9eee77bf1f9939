import type { Usage } from '../chat/chat-completion';

/** The answer of `POST /v1/completions`; a streamed one is a series of the same object. */
export interface Completion {
  id: string;
  object: 'text_completion';
  /** Unix seconds. */
  created: number;
  model: string;
  /** Prompt-major: index = prompt × n + k. */
  choices: { text: string; index: number; logprobs: null; finish_reason: 'stop' | 'length' }[];
  usage?: Usage;
}

/** A frame of a streamed completion; the reason is null until the last one of a choice. */
export interface CompletionChunk extends Omit<Completion, 'choices' | 'usage'> {
  choices: { text: string; index: number; logprobs: null; finish_reason: 'stop' | 'length' | null }[];
  usage?: Usage | null;
}
