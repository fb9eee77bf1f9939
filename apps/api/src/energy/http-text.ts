import { type Dispatcher, request } from 'undici';
import { DEVICES, isDeviceHost } from './device-network';

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

const HINTS: Record<number, string> = {
  401: ': the password or token is missing or wrong',
  403: ': the password or token may not do this',
  404: ': nothing is there by this name',
};
const FAULTS: Record<string, string> = {
  ECONNREFUSED: 'refuses the connection: nothing listens there',
  ECONNRESET: 'broke the connection off',
  ENOTFOUND: 'has a host name that nobody knows',
  EAI_AGAIN: 'has a host name that could not be looked up now',
  EHOSTUNREACH: 'cannot be reached from this machine',
  ENETUNREACH: 'cannot be reached from this machine',
  UND_ERR_SOCKET: 'broke the connection off',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'has a certificate that nobody vouches for; use http on the own network',
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate for another name',
};
const TIMEOUT_MS = 10_000;
const MAX_BYTES = 5 * 1024 * 1024;

/**
 * The body of a GET as text: of a device on the own network, or of a price list. http(s) only, bounded in time and
 * size, no redirects, no link-local addresses.
 * @throws HttpTextError
 */
export async function readHttpText(url: string, options: HttpTextOptions = {}): Promise<string> {
  const { headers = {}, timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES } = options;
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) throw new HttpTextError('is no http(s) address');
  if (!isDeviceHost(parsed.hostname)) throw new HttpTextError('is a link-local address, which is not asked');
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await request(parsed, {
      dispatcher: DEVICES,
      headers: { accept: '*/*', ...headers },
      signal,
    });
    if (answer.statusCode !== 200) {
      await answer.body.dump();
      throw new HttpTextError(
        `answers ${answer.statusCode}${HINTS[answer.statusCode] ?? ''}`,
        answer.statusCode,
        answer.headers,
      );
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
  return FAULTS[code ?? ''] ?? (message || String(error));
}
