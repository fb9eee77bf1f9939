/** Ends a stream that is whole; never sent after a failure. */
export const SSE_DONE = 'data: [DONE]\n\n';

/** A comment: keeps proxies from closing a silent stream; every SDK skips it. */
export const SSE_HEARTBEAT = ': keep-alive\n\n';

/** One event from a JSON text that holds no line break, as `JSON.stringify` makes it. */
export function sseFrame(json: string): string {
  return `data: ${json}\n\n`;
}

/** One named event, as the Responses API sends them. */
export function sseEvent(event: string, json: string): string {
  return `event: ${event}\ndata: ${json}\n\n`;
}
