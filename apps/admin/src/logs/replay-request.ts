import type { LogDetail } from '@ollameter/admin-contract';

/** The request of a row, ready to be sent to another model, or why it cannot be sent again. */
export interface Replayable {
  /** Of `POST /v1/chat/completions`, streamed; null where it is refused. */
  body: Record<string, unknown> | null;
  refusal: string | null;
  /** Texts that the log keeps with marks in the place of addresses, cards or keys. */
  isRedacted: boolean;
}

const CHAT = 'chat.completions';
/** What the log keeps of a picture, and of what it was told not to keep. */
const PICTURE_MARK = /\[image[^\],]{0,60}, \d+ bytes, sha256 [0-9a-f]{64}\]/;
const REDACTION_MARK = /\[(?:email|card|phone|key)\]/;

/** @param model asked in the place of the row's own */
export function toReplay(item: LogDetail, model: string): Replayable {
  const refuse = (refusal: string): Replayable => ({ body: null, refusal, isRedacted: false });
  const { request } = item;
  if (item.endpoint !== CHAT) return refuse('Only requests to /v1/chat/completions can be replayed.');
  if (item.textsHidden) return refuse('You may not read this request, so you cannot send it again.');
  if (request === null || request === undefined)
    return refuse('The full request was not kept: log policy, retention or erasure left only its figures.');
  if (!isChat(request))
    return refuse('Only a part of the request was kept (LOG_BODY_MAX_KB), so it is not what was asked.');
  const text = JSON.stringify(request);
  if (PICTURE_MARK.test(text))
    return refuse('Its pictures were not kept (LOG_IMAGES is off), so it is not what was asked.');
  return {
    body: { ...request, model, stream: true, stream_options: { include_usage: true } },
    refusal: null,
    isRedacted: REDACTION_MARK.test(text),
  };
}

function isChat(request: unknown): request is Record<string, unknown> {
  return (
    typeof request === 'object' &&
    request !== null &&
    'messages' in request &&
    Array.isArray(request.messages)
  );
}
