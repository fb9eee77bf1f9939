import {
  type ErrorEnvelope,
  type FunctionCallItem,
  type MessageItem,
  type OutputItem,
  type ReasoningItem,
  type Response,
  type ResponseEcho,
  type ResponseStatus,
  type ResponseUsage,
  sseEvent,
  type ToolCall,
  type UsageCharge,
} from '@ollameter/openai-contract';
import type { OllamaLogprob, OllamaRecord } from '../upstream/ollama/ollama-wire';
import { type AnswerChecks, flawOf } from './answer-checks';
import type { AnswerCodec } from './answer-codec';
import { toChoiceLogprobs } from './from-ollama-logprobs';
import { type MintCallId, ToolCallMapper } from './from-ollama-tool-calls';
import { type JsonCalls, JsonCallReader } from './json-call-reader';
import { toResponseError } from './to-response-error';

/** What the request decided about the form of its answer. */
export interface ResponseAnswerForm {
  id: string;
  /** Unix seconds. */
  created: number;
  streamed: boolean;
  echo: ResponseEcho;
  /** See `ChatAnswerForm`. */
  jsonCalls: JsonCalls | null;
  oneToolCall: boolean;
  /** Reasoning goes out as a summary, which is all that some clients show; else as reasoning text. */
  reasoningAsSummary: boolean;
  checks: AnswerChecks;
  mintId: (prefix: 'msg' | 'rs' | 'fc') => string;
  mintCallId: MintCallId;
}

/**
 * Ollama's chat records → the Responses API: an object, or its event stream. Events come in the order that the
 * official SDK's accumulator demands: item added, part added, deltas, done, part done, item done.
 */
export class ResponsesCodec implements AnswerCodec {
  readonly logsBody = true;
  private readonly calls: ToolCallMapper;
  private readonly output: OutputItem[] = [];
  private openMessage: MessageItem | null = null;
  private openReasoning: ReasoningItem | null = null;
  private readonly written: JsonCallReader | null;
  /** Records that carried thinking: Ollama's wire has one per token. */
  private reasoningTokens = 0;
  private done: OllamaRecord | null = null;
  private sequence = 0;
  private started = false;
  private charged: UsageCharge | null = null;

  constructor(private readonly form: ResponseAnswerForm) {
    this.calls = new ToolCallMapper(form.mintCallId);
    this.written = form.jsonCalls === null ? null : new JsonCallReader(form.jsonCalls);
  }

  take(records: readonly OllamaRecord[]): string {
    let events = this.started ? '' : this.start();
    for (const record of records) {
      const { message } = record;
      if (message?.thinking) {
        this.reasoningTokens++;
        events += this.takeThinking(message.thinking);
      }
      if (message?.content) events += this.takeContent(message.content, record.logprobs ?? []);
      for (const call of message?.tool_calls ?? []) events += this.takeCall(this.calls.map(call));
      if (record.done === true) {
        this.done = record;
        events += this.closeWritten();
        // An answer of no tokens is still an answer: clients read the first message.
        if (!this.output.some((item) => item.type !== 'reasoning')) events += this.takeText('', []);
        events += this.closeReasoning() + this.closeMessage();
      }
    }
    return events;
  }

  charge(charge: UsageCharge): void {
    this.charged = charge;
  }

  last(): string {
    const response = this.response(this.finalStatus());
    return this.event(response.status === 'incomplete' ? 'response.incomplete' : 'response.completed', {
      response,
    });
  }

  body(): string {
    return JSON.stringify(this.response(this.finalStatus()));
  }

  /** The response as it stands; what is stored and what is sent are the same object. */
  response(status: ResponseStatus, error: Response['error'] = null): Response {
    return {
      id: this.form.id,
      access_programs: null,
      object: 'response',
      created_at: this.form.created,
      status,
      error,
      incomplete_details: status === 'incomplete' ? { reason: 'max_output_tokens' } : null,
      ...this.form.echo,
      output: this.output,
      usage: this.done === null ? null : this.usage(this.done),
    };
  }

  private usage(done: OllamaRecord): ResponseUsage {
    const usage = toResponseUsage(done, this.reasoningTokens);
    return this.charged === null ? usage : { ...usage, ollameter: this.charged };
  }

  /** `response.failed` alone would end some clients' streams in silence; the `error` event makes them throw. */
  failure({ error }: ErrorEnvelope): string {
    const code = error.code ?? 'server_error';
    const begun = this.started ? '' : this.start();
    const failed = this.event('response.failed', {
      response: this.response('failed', toResponseError(error)),
    });
    return begun + failed + this.event('error', { code, message: error.message, param: error.param, error });
  }

  get answer(): string {
    return this.output
      .map(itemText)
      .filter((text) => text !== '')
      .join('\n');
  }

  get flaw(): string | null {
    if (this.finalStatus() === 'incomplete') return null;
    const message = this.output.find((item) => item.type === 'message');
    const calls = this.output.filter((item) => item.type === 'function_call');
    return flawOf(this.form.checks, message === undefined ? '' : itemText(message), calls);
  }

  private start(): string {
    this.started = true;
    const response = this.response('in_progress');
    return this.event('response.created', { response }) + this.event('response.in_progress', { response });
  }

  private finalStatus(): ResponseStatus {
    return this.done?.done_reason === 'length' ? 'incomplete' : 'completed';
  }

  private takeThinking(text: string): string {
    let events = this.closeMessage();
    const asSummary = this.form.reasoningAsSummary;
    if (this.openReasoning === null) {
      this.openReasoning = {
        id: this.form.mintId('rs'),
        type: 'reasoning',
        summary: [],
        status: 'in_progress',
      };
      events += this.add({ ...this.openReasoning });
      this.output.push(this.openReasoning);
      if (asSummary) {
        this.openReasoning.summary.push({ type: 'summary_text', text: '' });
        events += this.itemEvent('response.reasoning_summary_part.added', this.openReasoning, {
          summary_index: 0,
          part: { type: 'summary_text', text: '' },
        });
      } else {
        const part = { type: 'reasoning_text' as const, text: '' };
        this.openReasoning.content = [part];
        events += this.itemEvent('response.content_part.added', this.openReasoning, {
          content_index: 0,
          part,
        });
      }
    }
    const part = asSummary ? this.openReasoning.summary[0] : this.openReasoning.content?.[0];
    if (part !== undefined) part.text += text;
    return (
      events +
      (asSummary
        ? this.itemEvent('response.reasoning_summary_text.delta', this.openReasoning, {
            summary_index: 0,
            delta: text,
          })
        : this.itemEvent('response.reasoning_text.delta', this.openReasoning, {
            content_index: 0,
            delta: text,
          }))
    );
  }

  private takeContent(content: string, given: readonly OllamaLogprob[]): string {
    if (this.written === null) return this.takeText(content, given);
    const { text, logprobs } = this.written.take(content, given);
    return text === '' ? '' : this.takeText(text, logprobs);
  }

  private takeText(text: string, given: readonly OllamaLogprob[]): string {
    let events = this.closeReasoning();
    if (this.openMessage === null) {
      this.openMessage = {
        id: this.form.mintId('msg'),
        type: 'message',
        role: 'assistant',
        status: 'in_progress',
        content: [],
      };
      events += this.add({ ...this.openMessage });
      this.openMessage.content = [{ type: 'output_text', text: '', annotations: [], logprobs: [] }];
      events += this.itemEvent('response.content_part.added', this.openMessage, {
        content_index: 0,
        part: this.openMessage.content[0],
      });
      this.output.push(this.openMessage);
    }
    const logprobs = toChoiceLogprobs(given).content;
    const [part] = this.openMessage.content;
    if (part !== undefined) {
      part.text += text;
      part.logprobs.push(...logprobs);
    }
    if (text === '' && logprobs.length === 0) return events;
    return (
      events +
      this.itemEvent('response.output_text.delta', this.openMessage, {
        content_index: 0,
        delta: text,
        logprobs,
      })
    );
  }

  /** `arguments` is empty in `added`, because some clients add the deltas to what stands there. */
  private takeCall(call: ToolCall): string {
    if (this.form.oneToolCall && this.output.some((item) => item.type === 'function_call')) return '';
    const events = this.closeReasoning() + this.closeMessage();
    const item: FunctionCallItem = {
      id: this.form.mintId('fc'),
      type: 'function_call',
      call_id: call.id,
      name: call.function.name,
      arguments: '',
      status: 'in_progress',
    };
    const added = this.add({ ...item });
    this.output.push(item);
    item.arguments = call.function.arguments;
    item.status = 'completed';
    return (
      events +
      added +
      this.itemEvent('response.function_call_arguments.delta', item, { delta: item.arguments }) +
      this.itemEvent('response.function_call_arguments.done', item, {
        name: item.name,
        arguments: item.arguments,
      }) +
      this.itemDone(item)
    );
  }

  private closeWritten(): string {
    const { jsonCalls } = this.form;
    if (this.written === null || jsonCalls === null) return '';
    const { text, logprobs } = this.written.release();
    const call = this.calls.mapWritten(text, jsonCalls, this.done?.done_reason === 'length');
    if (call !== null) return this.takeCall(call);
    return text === '' ? '' : this.takeText(text, logprobs);
  }

  private closeReasoning(): string {
    const item = this.openReasoning;
    if (item === null) return '';
    this.openReasoning = null;
    item.status = 'completed';
    const part = item.summary[0];
    const raw = item.content?.[0];
    const events =
      part === undefined
        ? this.itemEvent('response.reasoning_text.done', item, {
            content_index: 0,
            text: raw?.text ?? '',
          }) + this.itemEvent('response.content_part.done', item, { content_index: 0, part: raw })
        : this.itemEvent('response.reasoning_summary_text.done', item, {
            summary_index: 0,
            text: part.text,
          }) + this.itemEvent('response.reasoning_summary_part.done', item, { summary_index: 0, part });
    return events + this.itemDone(item);
  }

  private closeMessage(): string {
    const item = this.openMessage;
    if (item === null) return '';
    this.openMessage = null;
    item.status = this.finalStatus() === 'incomplete' ? 'incomplete' : 'completed';
    const [part] = item.content;
    return (
      this.itemEvent('response.output_text.done', item, {
        content_index: 0,
        text: part?.text ?? '',
        logprobs: part?.logprobs ?? [],
      }) +
      this.itemEvent('response.content_part.done', item, { content_index: 0, part }) +
      this.itemDone(item)
    );
  }

  /** Before the item is in the output: its index is the place it will have. */
  private add(item: OutputItem): string {
    return this.event('response.output_item.added', { output_index: this.output.length, item });
  }

  private itemDone(item: OutputItem): string {
    return this.event('response.output_item.done', { output_index: this.output.indexOf(item), item });
  }

  private itemEvent(type: string, item: OutputItem, payload: object): string {
    if (!this.form.streamed) return '';
    const index = this.output.indexOf(item);
    return this.event(type, {
      item_id: item.id,
      output_index: index < 0 ? this.output.length : index,
      ...payload,
    });
  }

  private event(type: string, payload: object): string {
    if (!this.form.streamed) return '';
    return sseEvent(type, JSON.stringify({ type, sequence_number: this.sequence++, ...payload }));
  }
}

function toResponseUsage(done: OllamaRecord, reasoningTokens: number): ResponseUsage {
  const input = done.prompt_eval_count ?? 0;
  const output = done.eval_count ?? 0;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: done.prompt_eval_cached_count ?? 0, cache_write_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: Math.min(reasoningTokens, output) },
    total_tokens: input + output,
  };
}

function itemText(item: OutputItem): string {
  if (item.type === 'message') return item.content.map((part) => part.text).join('');
  return item.type === 'function_call' ? `${item.name}(${item.arguments})` : '';
}
