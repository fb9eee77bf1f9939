import {
  type Completion,
  type CompletionChunk,
  type ErrorEnvelope,
  sseFrame,
  SSE_DONE,
  type Usage,
  type UsageCharge,
} from '@ollameter/openai-contract';
import type { OllamaRecord } from '../upstream/ollama/ollama-wire';
import type { AnswerCodec } from './answer-codec';

/** What the request decided about the form of its answer. */
export interface CompletionAnswerForm {
  id: string;
  /** Unix seconds. */
  created: number;
  model: string;
  streamed: boolean;
  includeUsage: boolean;
  /** Choices per prompt. */
  n: number;
  /** The prompts to repeat before each answer; null without `echo`. */
  echo: readonly string[] | null;
}

interface CompletionChoice {
  index: number;
  text: string;
  done: OllamaRecord | null;
}

/** Ollama's generate records → OpenAI's legacy completion, unary or streamed. */
export class CompletionCodec implements AnswerCodec {
  readonly logsBody = true;
  readonly flaw = null;
  private readonly choices: CompletionChoice[] = [];
  private charged: UsageCharge | null = null;

  constructor(private readonly form: CompletionAnswerForm) {}

  take(records: readonly OllamaRecord[]): string {
    let frames = '';
    for (const record of records) {
      let choice = this.choices.at(-1);
      let text = '';
      if (choice?.done !== null) {
        choice = this.open();
        text = this.form.echo?.[Math.floor(choice.index / this.form.n)] ?? '';
      }
      text += record.response ?? '';
      choice.text += text;
      if (record.done === true) choice.done = record;
      if (this.form.streamed && text !== '') frames += this.frame(choice.index, text, null);
    }
    return frames;
  }

  charge(charge: UsageCharge): void {
    this.charged = charge;
  }

  last(): string {
    const finishes = this.choices.map((choice) => this.frame(choice.index, '', reasonOf(choice))).join('');
    if (!this.form.includeUsage) return finishes + SSE_DONE;
    const usage: CompletionChunk = { ...this.head(), choices: [], usage: this.usage() };
    return finishes + sseFrame(JSON.stringify(usage)) + SSE_DONE;
  }

  body(): string {
    const completion: Completion = {
      ...this.head(),
      choices: this.choices.map((choice) => ({
        text: choice.text,
        index: choice.index,
        logprobs: null,
        finish_reason: reasonOf(choice),
      })),
      usage: this.usage(),
    };
    return JSON.stringify(completion);
  }

  failure(error: ErrorEnvelope): string {
    return sseFrame(JSON.stringify(error));
  }

  get answer(): string {
    return this.choices.map((choice) => choice.text).join('\n\n');
  }

  private open(): CompletionChoice {
    const choice: CompletionChoice = { index: this.choices.length, text: '', done: null };
    this.choices.push(choice);
    return choice;
  }

  private frame(index: number, text: string, reason: 'stop' | 'length' | null): string {
    const chunk: CompletionChunk = {
      ...this.head(),
      choices: [{ text, index, logprobs: null, finish_reason: reason }],
      ...(this.form.includeUsage && { usage: null }),
    };
    return sseFrame(JSON.stringify(chunk));
  }

  private head(): Omit<Completion, 'choices'> {
    return {
      id: this.form.id,
      object: 'text_completion',
      created: this.form.created,
      model: this.form.model,
    };
  }

  /** Each prompt counts once however many choices were made from it. */
  private usage(): Usage {
    const firsts = this.choices.filter((choice) => choice.index % this.form.n === 0);
    const prompt = firsts.reduce((sum, choice) => sum + (choice.done?.prompt_eval_count ?? 0), 0);
    const completion = this.choices.reduce((sum, choice) => sum + (choice.done?.eval_count ?? 0), 0);
    return {
      prompt_tokens: prompt,
      completion_tokens: completion,
      total_tokens: prompt + completion,
      ...(this.charged !== null && { ollameter: this.charged }),
    };
  }
}

function reasonOf(choice: CompletionChoice): 'stop' | 'length' {
  return choice.done?.done_reason === 'length' ? 'length' : 'stop';
}
