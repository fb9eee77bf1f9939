import type { AnswerRecord, IntentRecord } from '../exchange/exchange-record';

/** The row of a request that a dead process took with it: what was known at accept, and no more. */
export function interrupted(intent: IntentRecord): AnswerRecord {
  return {
    ...intent,
    kind: 'answer',
    host: null,
    status: 499,
    outcome: 'interrupted',
    errorCode: 'interrupted',
    promptTokens: null,
    completionTokens: null,
    tokensQuality: null,
    durationMs: 0,
    queueMs: null,
    loadMs: null,
    promptMs: null,
    generateMs: null,
    ttftMs: null,
    tokensPerSecond: null,
    answerPreview: null,
    interval: null,
    body: null,
  };
}
