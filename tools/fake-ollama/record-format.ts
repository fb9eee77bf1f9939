import { goJson, goTimestamp } from './go-json.ts';
import type { WireLogprob, WireMetrics, WireToolCall } from './ollama-wire.ts';

/** What one record says, before it has a form. */
export interface RecordParts {
  readonly content?: string;
  readonly thinking?: string;
  readonly toolCalls?: readonly WireToolCall[];
  readonly logprobs?: readonly WireLogprob[];
}

/** The final record's additions. */
export interface DoneParts extends RecordParts {
  readonly reason: string | undefined;
  readonly metrics: WireMetrics;
  /** Of `/api/generate` without `raw`: the conversation as token ids. */
  readonly context?: readonly number[];
  /** False only for a unary answer whose stream ended without a done record. */
  readonly done?: boolean;
}

/** Writes records in the field order of Ollama's structs; one line each, without its end. */
export class RecordFormat {
  private readonly endpoint: 'chat' | 'generate';
  private readonly prefix: string;

  constructor(endpoint: 'chat' | 'generate', model: string) {
    this.endpoint = endpoint;
    this.prefix = `{"model":${goJson(model)},"created_at":"`;
  }

  /** The record of one plain token: the hot path, one string concatenation. */
  token(content: string): string {
    return this.endpoint === 'chat'
      ? `${this.prefix}${goTimestamp()}","message":{"role":"assistant","content":${goJson(content)}},"done":false}`
      : `${this.prefix}${goTimestamp()}","response":${goJson(content)},"done":false}`;
  }

  chunk(parts: RecordParts): string {
    return `${this.prefix}${goTimestamp()}",${this.body(parts)},"done":false${this.logprobs(parts)}}`;
  }

  done(parts: DoneParts): string {
    const reason = parts.reason === undefined ? '' : `,"done_reason":${goJson(parts.reason)}`;
    const context = parts.context === undefined ? '' : `,"context":${goJson(parts.context)}`;
    const metrics = Object.entries(parts.metrics)
      .filter(([, value]) => value !== 0 && value !== undefined)
      .map(([name, value]) => `,"${name}":${String(value)}`)
      .join('');
    const done = `"done":${parts.done ?? true}${reason}`;
    const tail =
      this.endpoint === 'chat'
        ? `${this.logprobs(parts)}${metrics}`
        : `${context}${metrics}${this.logprobs(parts)}`;
    return `${this.prefix}${goTimestamp()}",${this.body(parts)},${done}${tail}}`;
  }

  private body(parts: RecordParts): string {
    const content = goJson(parts.content ?? '');
    const thinking = parts.thinking ? `,"thinking":${goJson(parts.thinking)}` : '';
    const calls = parts.toolCalls?.length ? `,"tool_calls":${goJson(parts.toolCalls)}` : '';
    return this.endpoint === 'chat'
      ? `"message":{"role":"assistant","content":${content}${thinking}${calls}}`
      : `"response":${content}${thinking}${calls}`;
  }

  private logprobs(parts: RecordParts): string {
    return parts.logprobs?.length ? `,"logprobs":${goJson(parts.logprobs)}` : '';
  }
}
