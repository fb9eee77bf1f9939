import type { ChatMessage } from '@ollameter/openai-contract';

/** One part of a message's array content. The schema lets unknown types through, so nothing is certain but `type`. */
export type ContentPart = Exclude<NonNullable<ChatMessage['content']>, string>[number];

/** The text of a part that is text; null for other kinds. */
export function textOfPart(part: ContentPart): string | null {
  const { text, refusal } = part as { text?: unknown; refusal?: unknown };
  if (part.type === 'text') return typeof text === 'string' ? text : null;
  if (part.type === 'refusal') return typeof refusal === 'string' ? refusal : null;
  return null;
}

/** The URL of an image part; some clients send it bare, without the object around it. Empty where there is none. */
export function imageUrlOf(part: ContentPart): string {
  const image: unknown = (part as { image_url?: unknown }).image_url;
  if (typeof image === 'string') return image;
  const url = (image as { url?: unknown } | null | undefined)?.url;
  return typeof url === 'string' ? url : '';
}

/** Replaces the URL of an image part. */
export function withImageUrl(part: ContentPart, url: string): ContentPart {
  return { ...part, type: 'image_url', image_url: { url, detail: null } };
}

/** The base64 text of an audio part; empty where there is none. */
export function audioOf(part: ContentPart): string {
  const data = (part as { input_audio?: { data?: unknown } | null }).input_audio?.data;
  return typeof data === 'string' ? data : '';
}
