import type { AnswerRecord, ExchangeRecord, RecordedBody } from '../exchange/exchange-record';

/** What of the texts may be kept; applied before a record reaches the spool. */
export interface LogPolicy {
  bodies: 'full' | 'metadata' | 'none';
  /** Per text, UTF-8 bytes. */
  bodyMaxBytes: number;
}

const CUT_MARK = '… [cut]';

/** The policy that holds for one key's records: its own, where that keeps less. */
export function policyOf(general: LogPolicy, ofKey: LogPolicy['bodies'] | null): LogPolicy {
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
    if (kept.kind === 'answer' && kept.body !== null) kept.body = cutBody(kept.body, policy.bodyMaxBytes);
    return kept;
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
