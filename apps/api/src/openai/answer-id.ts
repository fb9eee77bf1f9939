import type { Exchange } from '../exchange/exchange';

/** An answer's id in OpenAI's form; it holds the row's id. */
export function answerId(prefix: 'chatcmpl' | 'cmpl' | 'resp', exchange: Exchange): string {
  return `${prefix}${prefix === 'resp' ? '_' : '-'}${exchange.id.replaceAll('-', '')}`;
}

/** `created`, Unix seconds. */
export function answerCreated(exchange: Exchange): number {
  return Math.floor(exchange.atMs / 1000);
}
