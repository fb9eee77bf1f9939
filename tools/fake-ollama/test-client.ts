import { request } from 'node:http';
import { type FakeOllama } from './fake-ollama.ts';

/** One answer as bytes: when each chunk came does not matter, how the connection ended does. */
export interface RawAnswer {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly text: string;
  /** Sizes of the reads, in order. */
  readonly reads: readonly number[];
  /** False where the connection broke before the answer was whole. */
  readonly whole: boolean;
}

/** A running request of a test. */
export interface Call {
  readonly answer: Promise<RawAnswer>;
  /** Destroys the connection. */
  leave(): void;
}

/** Starts a request; a body is sent as JSON, a string as it is. */
export function call(
  fake: FakeOllama,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Call {
  const text = body === undefined || typeof body === 'string' ? (body ?? '') : JSON.stringify(body);
  const outgoing = request(fake.url + path, {
    method,
    headers: { 'content-length': String(Buffer.byteLength(text)), ...headers },
    agent: false,
  });
  const answer = new Promise<RawAnswer>((resolve, reject) => {
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      // A broken answer is a result here.
      response.on('error', () => undefined);
      response.on('close', () =>
        resolve({
          status: response.statusCode ?? 0,
          contentType: response.headers['content-type'],
          text: Buffer.concat(parts).toString('utf8'),
          reads: parts.map(({ length }) => length),
          whole: response.complete,
        }),
      );
    });
  });
  outgoing.end(text);
  return { answer, leave: () => outgoing.destroy() };
}

/** A POST to its end. */
export function post(fake: FakeOllama, path: string, body: unknown): Promise<RawAnswer> {
  return call(fake, 'POST', path, body).answer;
}

/** One line of a stream, or a unary body, of either endpoint. */
export interface WireRecord {
  model: string;
  created_at: string;
  message?: {
    role: string;
    content: string;
    thinking?: string;
    tool_calls?: { id?: string; function: { index: number; name: string; arguments: unknown } }[];
  };
  response?: string;
  thinking?: string;
  done: boolean;
  done_reason?: string;
  error?: string;
  logprobs?: unknown[];
  context?: number[];
  total_duration?: number;
  load_duration?: number;
  prompt_eval_count?: number;
  prompt_eval_duration?: number;
  eval_count?: number;
  eval_duration?: number;
}

/** The records of an NDJSON text. */
export function records({ text }: Pick<RawAnswer, 'text'>): WireRecord[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as WireRecord);
}

/** What the records say, joined. */
export function said(lines: readonly WireRecord[]): string {
  return lines.map(({ message, response }) => message?.content ?? response ?? '').join('');
}
