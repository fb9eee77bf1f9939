import { type Dispatcher, request } from 'undici';

/** An answer that cannot be used; the message is fit for a person. */
export class HttpTextError extends Error {
  constructor(
    message: string,
    readonly status: number | null = null,
    readonly headers: Dispatcher.ResponseData['headers'] = {},
  ) {
    super(message);
    this.name = 'HttpTextError';
  }
}

export interface HttpTextOptions {
  readonly headers?: Record<string, string>;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
}

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 5 * 1024 * 1024;

/**
 * The body of a GET as text: of a device on the own network, or of a price list. Bounded in time and size, no
 * redirects.
 * @throws HttpTextError
 */
export async function readHttpText(url: string, options: HttpTextOptions = {}): Promise<string> {
  const { headers = {}, timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES } = options;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await request(url, { headers: { accept: '*/*', ...headers }, signal });
    if (answer.statusCode !== 200) {
      await answer.body.dump();
      throw new HttpTextError(`answers ${answer.statusCode}`, answer.statusCode, answer.headers);
    }
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw new HttpTextError(`answers more than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  } catch (error) {
    if (error instanceof HttpTextError) throw error;
    throw new HttpTextError(reasonOf(error, signal, timeoutMs));
  }
}

function reasonOf(error: unknown, signal: AbortSignal, timeoutMs: number): string {
  if (signal.aborted) return `no answer within ${timeoutMs} ms`;
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ECONNREFUSED' ? 'refuses the connection' : message || String(error);
}
