import type { ChatMessage } from '@ollameter/openai-contract';

/** The conversation as one searchable text, a paragraph per message, headed by its role. */
export function promptText(messages: readonly ChatMessage[]): string {
  return messages.map((message) => `${message.role}: ${contentText(message.content)}`).join('\n\n');
}

/** The start of the last user message (else of the last message): what a list of requests shows. */
export function promptPreview(messages: readonly ChatMessage[], maxLength: number): string {
  const message = messages.findLast((m) => m.role === 'user') ?? messages.at(-1);
  return contentText(message?.content).slice(0, maxLength).toWellFormed();
}

function contentText(content: ChatMessage['content']): string {
  if (content == null) return '';
  if (typeof content === 'string') return content;
  return content.map((part) => ('text' in part ? part.text : `[${part.type}]`)).join('');
}
