import type { OllamaLogprob } from '../upstream/ollama/ollama-wire';

/** Calls that come as the answer's JSON text, because its sampler was constrained to them. */
export interface JsonCalls {
  /** The tools that may be called. */
  names: readonly string[];
  /** The answer must be a call; else it may also be what `response_format` asks for. */
  required: boolean;
}

/** A piece of the answer, with what belongs to it. */
export interface Spoken {
  text: string;
  logprobs: OllamaLogprob[];
}

/**
 * Reads one answer that is, or may be, a call in JSON. Text is held for as long as it may become a call: the sampler
 * keeps the order of a schema's properties, so the name comes first and decides.
 */
export class JsonCallReader {
  private held: Spoken = silence();
  private state: 'open' | 'call' | 'text';
  private readonly heads: readonly string[];

  constructor({ names, required }: JsonCalls) {
    this.state = required ? 'call' : 'open';
    this.heads = names.map((name) => compact(`{"name":${JSON.stringify(name)},"arguments":{`));
  }

  /** What is certainly no call; nothing while that is open. */
  take(text: string, logprobs: readonly OllamaLogprob[]): Spoken {
    this.held.text += text;
    this.held.logprobs.push(...logprobs);
    if (this.state === 'open') this.state = this.look();
    return this.state === 'text' ? this.release() : silence();
  }

  /** At the end: what is still held. */
  release(): Spoken {
    const { held } = this;
    this.held = silence();
    return held;
  }

  private look(): 'open' | 'call' | 'text' {
    const begun = compact(this.held.text);
    if (this.heads.some((head) => begun.startsWith(head))) return 'call';
    return this.heads.some((head) => head.startsWith(begun)) ? 'open' : 'text';
  }
}

function silence(): Spoken {
  return { text: '', logprobs: [] };
}

function compact(json: string): string {
  return json.replace(/\s+/g, '');
}
