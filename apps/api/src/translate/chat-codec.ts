import {
  type ChatCompletion,
  type ChatCompletionChunk,
  type FinishReason,
  sseFrame,
  SSE_DONE,
  type Usage,
  type ErrorEnvelope,
} from '@ollameter/openai-contract';
import type { OllamaRecord } from '../upstream/ollama/ollama-wire';
import type { AnswerCodec } from './answer-codec';
import { finishReason } from './finish-reason';

/**
 * One Ollama chat answer on its way to an OpenAI client: turns each batch of records into SSE text, and keeps
 * what the unary answer and the log need. The constant parts of a frame are made once.
 */
export class ChatCodec implements AnswerCodec<OllamaRecord> {
  private readonly contentHead: string;
  private readonly contentTail: string;
  private roleSent = false;
  private text = '';
  private reason: FinishReason | null = null;
  private usageReported: Usage | null = null;

  constructor(
    private readonly id: string,
    /** Unix seconds. */
    private readonly created: number,
    private readonly model: string,
    private readonly includeUsage: boolean,
  ) {
    const head = { id, object: 'chat.completion.chunk', created, model };
    this.contentHead = `data: ${JSON.stringify(head).slice(0, -1)},"choices":[{"index":0,"delta":{"content":`;
    this.contentTail = `},"logprobs":null,"finish_reason":null}]${includeUsage ? ',"usage":null' : ''}}\n\n`;
  }

  /** Keeps what the unary answer, the usage chunk and the log need. */
  take(records: readonly OllamaRecord[]): void {
    for (const record of records) {
      this.text += record.message?.content ?? '';
      if (record.done === true) this.finish(record);
    }
  }

  /** The frames of one batch; none for records that carry no text. Never ends the stream: that is `last`. */
  frames(records: readonly OllamaRecord[]): string {
    let frames = '';
    if (!this.roleSent) {
      this.roleSent = true;
      frames = this.frame({ role: 'assistant', content: '' }, null);
    }
    for (const record of records) {
      const content = record.message?.content;
      if (content !== undefined && content !== '')
        frames += this.contentHead + JSON.stringify(content) + this.contentTail;
    }
    return frames;
  }

  /** Finish chunk, usage chunk where asked for, and the end mark: sent only after the answer record is safe. */
  last(): string {
    const finish = this.frame({}, this.reason ?? 'stop');
    if (!this.includeUsage) return finish + SSE_DONE;
    const usage: ChatCompletionChunk = { ...this.chunk(), choices: [], usage: this.usageReported };
    return finish + sseFrame(JSON.stringify(usage)) + SSE_DONE;
  }

  body(): string {
    return JSON.stringify(this.folded());
  }

  failure(error: ErrorEnvelope): string {
    return sseFrame(JSON.stringify(error));
  }

  /** The same answer folded into one body. */
  folded(): ChatCompletion {
    return {
      id: this.id,
      object: 'chat.completion',
      created: this.created,
      model: this.model,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: this.text, refusal: null },
          logprobs: null,
          finish_reason: this.reason ?? 'stop',
        },
      ],
      ...(this.usageReported !== null && { usage: this.usageReported }),
    };
  }

  /** What was generated so far. */
  get answer(): string {
    return this.text;
  }

  private finish(record: OllamaRecord): void {
    this.reason = finishReason(record.done_reason);
    const prompt = record.prompt_eval_count ?? 0;
    const completion = record.eval_count ?? 0;
    this.usageReported = {
      prompt_tokens: prompt,
      completion_tokens: completion,
      total_tokens: prompt + completion,
    };
  }

  private frame(delta: ChatCompletionChunk['choices'][number]['delta'], reason: FinishReason | null): string {
    const chunk: ChatCompletionChunk = {
      ...this.chunk(),
      choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }],
      ...(this.includeUsage && { usage: null }),
    };
    return sseFrame(JSON.stringify(chunk));
  }

  private chunk(): Omit<ChatCompletionChunk, 'choices'> {
    return { id: this.id, object: 'chat.completion.chunk', created: this.created, model: this.model };
  }
}
