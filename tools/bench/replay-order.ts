/** The only model of the replayed upstream. */
export const MODEL = 'llama3.1:8b';

/** How an answer is to be played; it stands in the prompt, so that it passes through whatever is in between. */
export interface ReplayOrder {
  /** Tokens, each one record. */
  readonly tokens: number;
  /** All in one write, or each record in its own. */
  readonly write: 'whole' | 'record';
  /** Pause between records; 0 is none. */
  readonly paceMs: number;
}

/** The order as the text of a prompt. */
export function promptOf({ tokens, write, paceMs }: ReplayOrder): string {
  return `replay ${tokens} ${write} ${paceMs}`;
}

/** The order in a request's body. */
export function orderIn(body: string): ReplayOrder {
  const [, tokens, write, paceMs] = /replay (\d+) (whole|record) (\d+)/.exec(body) ?? [];
  return {
    tokens: Number(tokens ?? 16),
    write: write === 'record' ? 'record' : 'whole',
    paceMs: Number(paceMs ?? 0),
  };
}

/** Bytes of a request straight to the upstream, as the gateway sends it. */
export function upstreamRequest(order: ReplayOrder): Buffer {
  const body = JSON.stringify({
    model: MODEL,
    messages: [{ role: 'user', content: promptOf(order) }],
    stream: true,
    truncate: false,
  });
  return post('/api/chat', body, '');
}

/** Bytes of a request to the gateway. */
export function gatewayRequest(order: ReplayOrder, stream: boolean, apiKey: string): Buffer {
  const body = JSON.stringify({
    model: MODEL,
    messages: [
      { role: 'system', content: 'You are a helpful assistant.' },
      { role: 'user', content: promptOf(order) },
    ],
    temperature: 0.7,
    stream,
  });
  return post('/v1/chat/completions', body, `authorization: Bearer ${apiKey}\r\n`);
}

function post(path: string, body: string, headers: string): Buffer {
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${headers}content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
