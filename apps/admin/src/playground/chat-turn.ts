/** One call of a tool that a model asked for. */
export interface ToolCall {
  id: string;
  name: string;
  /** JSON as the model wrote it. */
  arguments: string;
  /** What the person says that the tool answered. */
  result: string;
}

/** An answer as far as it has come. */
export interface Answer {
  text: string;
  thinking: string;
  toolCalls: readonly ToolCall[];
  finishReason: string | null;
  promptTokens: number | null;
  completionTokens: number | null;
}

export const NO_ANSWER: Answer = {
  text: '',
  thinking: '',
  toolCalls: [],
  finishReason: null,
  promptTokens: null,
  completionTokens: null,
};

/** What the person said, with pictures as data URLs. */
export interface Question {
  text: string;
  images: readonly string[];
}

/** A question and its answer; after tool calls, the answer to their results is a turn with an empty question. */
export interface ChatTurn {
  id: number;
  question: Question | null;
  model: string;
  answer: Answer;
  state: 'waiting' | 'streaming' | 'done' | 'stopped' | 'failed';
  /** Why it failed. */
  problem: string | null;
  /** The row in the log. */
  requestId: string | null;
  startedAtMs: number;
  /** When the first piece came and the last, ms since `startedAtMs`. */
  firstTokenMs: number | null;
  lastTokenMs: number | null;
  /** Pieces with text so far. */
  pieces: number;
  /** From the log, once it knows. */
  energyWh: number | null;
  cost: string | null;
}

/** A turn that has just been sent. */
export function newTurn(id: number, question: Question | null, model: string): ChatTurn {
  return {
    id,
    question,
    model,
    answer: NO_ANSWER,
    state: 'waiting',
    problem: null,
    requestId: null,
    startedAtMs: performance.now(),
    firstTokenMs: null,
    lastTokenMs: null,
    pieces: 0,
    energyWh: null,
    cost: null,
  };
}
