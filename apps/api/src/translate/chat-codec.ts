import {
  type ChatCompletion,
  type ChatCompletionChunk,
  type ChatDelta,
  type ErrorEnvelope,
  type FinishReason,
  sseFrame,
  SSE_DONE,
  type ToolCall,
  type Usage,
  type UsageCharge,
} from '@ollameter/openai-contract';
import type { OllamaLogprob, OllamaRecord } from '../upstream/ollama/ollama-wire';
import { type AnswerChecks, flawOf } from './answer-checks';
import type { AnswerCodec } from './answer-codec';
import { ChatChoice } from './chat-choice';
import { toChoiceLogprobs } from './from-ollama-logprobs';
import { type MintCallId, ToolCallMapper } from './from-ollama-tool-calls';
import type { JsonCalls } from './json-call-reader';

const NONE: readonly OllamaLogprob[] = [];

/** What the request decided about the form of its answer. */
export interface ChatAnswerForm {
  id: string;
  /** Unix seconds. */
  created: number;
  model: string;
  streamed: boolean;
  includeUsage: boolean;
  /** The answer's text is, or may be, a call of one of these tools; else null. */
  jsonCalls: JsonCalls | null;
  /** `parallel_tool_calls: false`: only the first call of a turn is passed on. */
  oneToolCall: boolean;
  /** The request used `functions`: calls come back in the legacy form. */
  legacyFunctions: boolean;
  checks: AnswerChecks;
  mintCallId: MintCallId;
}

/** Ollama's chat records → OpenAI's chat completion, unary or streamed. The constant parts of a frame are made once. */
export class ChatCodec implements AnswerCodec {
  readonly logsBody = true;
  private readonly choices: ChatChoice[] = [];
  private readonly calls: ToolCallMapper;
  private choice: ChatChoice;
  private contentHead = '';
  private charged: UsageCharge | null = null;
  private readonly contentTail: string;

  constructor(private readonly form: ChatAnswerForm) {
    this.calls = new ToolCallMapper(form.mintCallId);
    this.contentTail = `},"logprobs":null,"finish_reason":null}]${form.includeUsage ? ',"usage":null' : ''}}\n\n`;
    this.choice = this.openChoice();
  }

  take(records: readonly OllamaRecord[]): string {
    let frames = '';
    for (const record of records) {
      if (this.choice.done !== null) this.choice = this.openChoice();
      frames += this.takeOne(record);
    }
    return this.form.streamed ? frames : '';
  }

  charge(charge: UsageCharge): void {
    this.charged = charge;
  }

  /** Finish chunk of each choice, usage chunk where asked for, and the end mark. */
  last(): string {
    const finishes = this.choices
      .map((choice) => this.frame(choice, {}, choice.finishReason(this.form.legacyFunctions)))
      .join('');
    if (!this.form.includeUsage) return finishes + SSE_DONE;
    const usage: ChatCompletionChunk = {
      ...this.head('chat.completion.chunk'),
      choices: [],
      usage: this.usage(),
    };
    return finishes + sseFrame(JSON.stringify(usage)) + SSE_DONE;
  }

  body(): string {
    const completion: ChatCompletion = {
      ...this.head('chat.completion'),
      choices: this.choices.map((choice) => choice.folded(this.form.legacyFunctions)),
      usage: this.usage(),
      service_tier: 'default',
    };
    return JSON.stringify(completion);
  }

  failure(error: ErrorEnvelope): string {
    return sseFrame(JSON.stringify(error));
  }

  get answer(): string {
    return this.choices.map(answerText).join('\n\n');
  }

  get flaw(): string | null {
    for (const choice of this.choices) {
      // One that was cut short never promised to follow a schema.
      if (choice.done?.done_reason === 'length') continue;
      const calls = choice.toolCalls.map((call) => call.function);
      const flaw = flawOf(this.form.checks, choice.text, calls);
      if (flaw !== null) return flaw;
    }
    return null;
  }

  private takeOne(record: OllamaRecord): string {
    const { choice } = this;
    const { message } = record;
    let frames = choice.roleSent
      ? ''
      : this.frame(
          choice,
          { role: 'assistant', content: this.form.jsonCalls?.required === true ? null : '' },
          null,
        );
    choice.roleSent = true;
    const thinking = message?.thinking;
    if (thinking !== undefined && thinking !== '') {
      choice.reasoning += thinking;
      choice.reasoningTokens++;
      frames += this.frame(choice, { reasoning_content: thinking }, null);
    }
    frames += this.takeText(record);
    for (const call of message?.tool_calls ?? []) frames += this.takeCall(this.calls.map(call));
    if (record.done === true) {
      choice.done = record;
      frames += this.closeWritten();
    }
    return frames;
  }

  private takeText({ message, logprobs: given }: OllamaRecord): string {
    const content = message?.content ?? '';
    // OpenAI tells them of the text only, not of thoughts.
    const logprobs = content === '' && message?.thinking ? NONE : (given ?? NONE);
    const { written } = this.choice;
    if (written === null) return this.say(content, logprobs);
    const { text, logprobs: told } = written.take(content, logprobs);
    return this.say(text, told);
  }

  private say(text: string, logprobs: readonly OllamaLogprob[]): string {
    const { choice } = this;
    choice.text += text;
    if (logprobs.length === 0)
      return text === '' ? '' : this.contentHead + JSON.stringify(text) + this.contentTail;
    const told = toChoiceLogprobs(logprobs);
    const frame = this.frame(choice, { content: text }, null, told);
    choice.addLogprobs(told);
    return frame;
  }

  /** Whether the text is a call is certain only at the end; cut short it stays text, and `length` says why. */
  private closeWritten(): string {
    const { choice } = this;
    const { jsonCalls } = this.form;
    if (choice.written === null || jsonCalls === null) return '';
    const { text, logprobs } = choice.written.release();
    const call = this.calls.mapWritten(text, jsonCalls, choice.done?.done_reason === 'length');
    return call === null ? this.say(text, logprobs) : this.takeCall(call);
  }

  /** First the call's id and name with empty arguments, then the arguments: what SDKs accumulate. */
  private takeCall(call: ToolCall): string {
    const { choice } = this;
    if (this.form.oneToolCall && choice.toolCalls.length > 0) return '';
    const index = choice.toolCalls.push(call) - 1;
    const { name, arguments: args } = call.function;
    if (this.form.legacyFunctions)
      return index === 0
        ? this.frame(choice, { function_call: { name, arguments: '' } }, null) +
            this.frame(choice, { function_call: { arguments: args } }, null)
        : '';
    return (
      this.frame(
        choice,
        { tool_calls: [{ index, id: call.id, type: 'function', function: { name, arguments: '' } }] },
        null,
      ) + this.frame(choice, { tool_calls: [{ index, function: { arguments: args } }] }, null)
    );
  }

  private openChoice(): ChatChoice {
    const choice = new ChatChoice(this.choices.length, this.form.jsonCalls);
    this.choices.push(choice);
    const head = JSON.stringify(this.head('chat.completion.chunk')).slice(0, -1);
    this.contentHead = `data: ${head},"choices":[{"index":${choice.index},"delta":{"content":`;
    return choice;
  }

  private frame(
    choice: ChatChoice,
    delta: ChatDelta,
    reason: FinishReason | null,
    logprobs: ChatChoice['logprobs'] = null,
  ): string {
    if (!this.form.streamed) return '';
    const chunk: ChatCompletionChunk = {
      ...this.head('chat.completion.chunk'),
      choices: [{ index: choice.index, delta, logprobs, finish_reason: reason }],
      ...(this.form.includeUsage && { usage: null }),
    };
    return sseFrame(JSON.stringify(chunk));
  }

  private head<T extends string>(object: T): { id: string; object: T; created: number; model: string } {
    return { id: this.form.id, object, created: this.form.created, model: this.form.model };
  }

  /** The prompt counts once however many choices were made from it. */
  private usage(): Usage {
    const prompt = this.choices[0]?.done?.prompt_eval_count ?? 0;
    const cached = this.choices[0]?.done?.prompt_eval_cached_count;
    const completion = this.choices.reduce((sum, choice) => sum + (choice.done?.eval_count ?? 0), 0);
    const reasoning = this.choices.reduce((sum, choice) => sum + choice.reasoningTokens, 0);
    return {
      prompt_tokens: prompt,
      completion_tokens: completion,
      total_tokens: prompt + completion,
      ...(cached !== undefined && { prompt_tokens_details: { cached_tokens: cached } }),
      ...(reasoning > 0 && {
        completion_tokens_details: { reasoning_tokens: Math.min(reasoning, completion) },
      }),
      ...(this.charged !== null && { ollameter: this.charged }),
    };
  }
}

/** A choice as the log keeps it: its text, and its calls as `name(arguments)`. */
function answerText(choice: ChatChoice): string {
  const calls = choice.toolCalls.map((call) => `${call.function.name}(${call.function.arguments})`);
  return [choice.text, ...calls].filter((part) => part !== '').join('\n');
}
