import type { ChatMessage } from '@ollameter/openai-contract';
import { textOfPart } from './content-part';

export const PREVIEW_LENGTH = 240;

/** The start of a text, for lists; never cut inside a surrogate pair. */
export function preview(text: string): string {
  return text.slice(0, PREVIEW_LENGTH).toWellFormed();
}

/** The conversation as one searchable text, a paragraph per message, headed by its role. */
export function promptText(messages: readonly ChatMessage[]): string {
  return messages.map((message) => `${message.role}: ${contentText(message.content)}`).join('\n\n');
}

/** The start of the last user message (else of the last message): what a list of requests shows. */
export function promptPreview(messages: readonly ChatMessage[]): string {
  const message = messages.findLast((m) => m.role === 'user') ?? messages.at(-1);
  return preview(contentText(message?.content));
}

function contentText(content: ChatMessage['content']): string {
  if (content == null) return '';
  if (typeof content === 'string') return content;
  return content.map((part) => textOfPart(part) ?? `[${part.type}]`).join('');
}
