import type { Outcome } from '@ollameter/admin-contract';
import type { AnswerRecord } from '../exchange/exchange-record';
import { preview } from '../translate/prompt-text';
import type { OlderRow } from './older-log';

/** The host of imported rows: nobody knows which machine it was. */
export const IMPORTED_HOST = 'imported';

/**
 * An older row as one of ours. What it did not know stays unknown; its token counts have no quality, since nobody
 * says how they were found. Its id follows from its content, so that a second import adds nothing.
 */
export function toAnswerRecord(row: OlderRow, key: { id: string; name: string } | null): AnswerRecord {
  const status = row.status ?? 200;
  const atMs = Number(row.atMs);
  return {
    kind: 'answer',
    id: idOf(atMs, row.hash),
    atMs,
    keyId: key?.id ?? null,
    keyName: key?.name ?? null,
    model: row.model,
    host: IMPORTED_HOST,
    endpoint: 'chat.completions',
    streamed: false,
    status,
    outcome: outcomeOf(status),
    errorCode: null,
    promptTokens: row.promptTokens,
    completionTokens: row.completionTokens,
    tokensQuality: null,
    durationMs: (row.durationSeconds ?? 0) * 1000,
    queueMs: null,
    loadMs: null,
    promptMs: null,
    generateMs: null,
    ttftMs: null,
    tokensPerSecond: null,
    clientAddress: row.address,
    userAgent: null,
    promptPreview: row.prompt === null ? null : preview(row.prompt),
    answerPreview: row.response === null ? null : preview(row.response),
    interval: null,
    body: {
      prompt: row.prompt,
      answer: row.response,
      request: null,
      response: row.error === null ? null : JSON.stringify({ error: { message: row.error } }),
    },
  };
}

/** A UUIDv7 (RFC 9562 §5.7) whose random bits are the row's hash. */
function idOf(atMs: number, hash: string): string {
  const hex = `${atMs.toString(16).padStart(12, '0')}7${hash.slice(0, 3)}8${hash.slice(3, 18)}`;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function outcomeOf(status: number): Outcome {
  if (status === 499) return 'client_left';
  if (status >= 500) return 'upstream_failed';
  return status >= 400 ? 'rejected' : 'completed';
}
