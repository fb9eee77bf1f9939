import type { LogDetail, LogItem } from '@ollameter/admin-contract';

const TEXTS = ['promptPreview', 'answerPreview', 'prompt', 'answer', 'request', 'response'] as const;

/** True where a prompt, an answer, or a part of one is kept. */
export function hasTexts(item: LogItem & Partial<LogDetail>): boolean {
  return TEXTS.some((name) => item[name] != null);
}

/** The same item with its texts blanked; figures stay. */
export function withoutTexts<I extends LogItem>(item: I): I {
  const blank = Object.fromEntries(TEXTS.filter((name) => name in item).map((name) => [name, null]));
  return { ...item, ...blank };
}
