import type { ErrorEnvelope } from '@ollameter/openai-contract';
import type { OllamaRecord, OllamaToolCall } from '../upstream/ollama/ollama-wire';
import type { AnswerCodec } from './answer-codec';

/**
 * Ollama's own wire, relayed: lines go through unchanged, the one that ends the answer last of all. A unary answer
 * is folded from the same records, as Ollama's server folds it.
 */
export class NativeCodec implements AnswerCodec {
  readonly flaw = null;
  private readonly ended: OllamaRecord[] = [];
  private lastLine = '';
  private text = '';
  private thinking = '';
  private readonly toolCalls: OllamaToolCall[] = [];
  private readonly logprobs: NonNullable<OllamaRecord['logprobs']> = [];

  constructor(
    private readonly streamed: boolean,
    /** False for embeddings: vectors are of no use in a log. */
    readonly logsBody: boolean,
  ) {}

  take(records: readonly OllamaRecord[], lines: readonly string[]): string {
    let relayed = '';
    records.forEach((record, index) => {
      this.fold(record);
      const line = lines[index] ?? '';
      if (endsAnswer(record)) {
        this.ended.push(record);
        this.lastLine = line;
      } else if (this.streamed) {
        relayed += line + '\n';
      }
    });
    return relayed;
  }

  last(): string {
    return this.lastLine + '\n';
  }

  body(): string {
    const record = this.ended.at(-1) ?? {};
    if (record.embeddings !== undefined || record.embedding !== undefined) return this.lastLine;
    const logprobs = this.logprobs.length > 0 && { logprobs: this.logprobs };
    if (record.message === undefined)
      return JSON.stringify({
        ...record,
        response: this.text,
        ...(this.thinking !== '' && { thinking: this.thinking }),
        ...logprobs,
      });
    const message = {
      ...record.message,
      content: this.text,
      ...(this.thinking !== '' && { thinking: this.thinking }),
      ...(this.toolCalls.length > 0 && { tool_calls: this.toolCalls }),
    };
    return JSON.stringify({ ...record, message, ...logprobs });
  }

  failure(error: ErrorEnvelope): string {
    return JSON.stringify({ error: error.error.message }) + '\n';
  }

  get answer(): string {
    return this.text;
  }

  private fold(record: OllamaRecord): void {
    this.text += record.message?.content ?? record.response ?? '';
    this.thinking += record.message?.thinking ?? record.thinking ?? '';
    this.toolCalls.push(...(record.message?.tool_calls ?? []));
    this.logprobs.push(...(record.logprobs ?? []));
  }
}

function endsAnswer(record: OllamaRecord): boolean {
  return record.done === true || record.embeddings !== undefined || record.embedding !== undefined;
}
