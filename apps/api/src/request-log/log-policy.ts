import type { AnswerRecord, ExchangeRecord, RecordedBody } from '../exchange/exchange-record';

import type { AppConfig } from '../config/app-config';
import { PREVIEW_LENGTH } from '../translate/prompt-text';
import { mapJsonStrings, withoutImages } from './json-texts';
import type { Redaction } from './redaction';

/** What of the texts may be kept; applied before a record reaches the spool. */
export interface LogPolicy {
  bodies: 'full' | 'metadata' | 'none';
  /** Per text, UTF-8 bytes. */
  bodyMaxBytes: number;
  /** Images in requests are kept as they came; else as type, size and hash. */
  images: boolean;
  redaction: Redaction;
}

const CUT_MARK = '… [cut]';

/** What the settings say now. */
export function generalPolicy(config: AppConfig, redaction: Redaction): LogPolicy {
  return {
    bodies: config.logBodies,
    bodyMaxBytes: config.logBodyMaxBytes,
    images: config.logImages,
    redaction,
  };
}

/** The policy that holds for one key's records: its own, where that keeps less. */
export function policyOf<P extends Pick<LogPolicy, 'bodies'>>(
  general: P,
  ofKey: LogPolicy['bodies'] | null,
): P {
  return ofKey !== null && KEPT[ofKey] < KEPT[general.bodies] ? { ...general, bodies: ofKey } : general;
}

const KEPT = { none: 0, metadata: 1, full: 2 } as const;

/**
 * `full` keeps texts up to the limit; `metadata` keeps the row without texts and previews; `none` drops the
 * caller's address and agent too.
 */
export function applyLogPolicy<R extends ExchangeRecord>(record: R, policy: LogPolicy): R {
  const kept: R = { ...record };
  if (policy.bodies === 'full') {
    return redacted(kept, policy);
  }
  kept.promptPreview = null;
  if (kept.kind === 'answer') withoutTexts(kept);
  if (policy.bodies === 'none') {
    kept.clientAddress = null;
    kept.userAgent = null;
  }
  return kept;
}

function withoutTexts(record: AnswerRecord): void {
  record.answerPreview = null;
  record.body = null;
}

/** Redacted before it is cut: a cut may leave half of what a pattern would have found. */
function redacted<R extends ExchangeRecord>(kept: R, { redaction, images, bodyMaxBytes }: LogPolicy): R {
  if (!redaction.isEmpty) kept.promptPreview = redactPreview(kept.promptPreview, redaction);
  if (kept.kind !== 'answer') return kept;
  if (!redaction.isEmpty) kept.answerPreview = redactPreview(kept.answerPreview, redaction);
  if (kept.body === null) return kept;
  const { prompt, answer, request, response } = kept.body;
  const shown = images || request === null ? request : withoutImages(request);
  const body = redaction.isEmpty
    ? { prompt, answer, request: shown, response }
    : {
        prompt: map(prompt, (text) => redaction.text(text)),
        answer: map(answer, (text) => redaction.text(text)),
        request: map(shown, (json) => mapJsonStrings(json, (text) => redaction.text(text))),
        response: map(response, (json) => mapJsonStrings(json, (text) => redaction.text(text))),
      };
  kept.body = cutBody(body, bodyMaxBytes);
  return kept;
}

/** A preview ends where it was cut; its last word may be half of what a pattern would have found. */
function redactPreview(preview: string | null, redaction: Redaction): string | null {
  if (preview === null) return null;
  const whole = preview.length < PREVIEW_LENGTH ? preview : preview.replace(/\S{1,200}$/, '');
  return redaction.text(whole);
}

function map(text: string | null, change: (text: string) => string): string | null {
  return text === null ? null : change(text);
}

function cutBody(body: RecordedBody, maxBytes: number): RecordedBody {
  return {
    prompt: cut(body.prompt, maxBytes),
    answer: cut(body.answer, maxBytes),
    request: cut(body.request, maxBytes),
    response: cut(body.response, maxBytes),
  };
}

/** On a character boundary: a cut UTF-8 sequence decodes to replacement characters, which are dropped. */
function cut(text: string | null, maxBytes: number): string | null {
  // A UTF-16 unit takes at most three bytes, so short texts need no counting.
  if (text === null || text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes) return text;
  return (
    Buffer.from(text)
      .subarray(0, maxBytes)
      .toString('utf8')
      .replace(/\uFFFD+$/, '') + CUT_MARK
  );
}
