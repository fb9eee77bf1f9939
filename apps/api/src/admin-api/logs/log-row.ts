import type { EnergyQuality, LogDetail, LogItem, Outcome, TokensQuality } from '@ollameter/admin-contract';
import { fromNumeric, toCost, toEnergyWh } from '@ollameter/cost-model';
import { OLLAMA_QUEUE_MS } from '../../request-log/ollama-queue';

/** A row of LOG_COLUMNS as the driver gives it. */
export interface LogRow {
  id: string;
  at: Date;
  keyId: string | null;
  keyName: string | null;
  model: string | null;
  host: string | null;
  endpoint: string;
  streamed: boolean;
  status: number;
  outcome: Outcome;
  errorCode: string | null;
  promptTokens: number | null;
  cachedPromptTokens: number | null;
  completionTokens: number | null;
  tokensQuality: TokensQuality | null;
  durationMs: number;
  queueMs: number | null;
  ollamaQueueMs: number | null;
  loadMs: number | null;
  promptMs: number | null;
  generateMs: number | null;
  ttftMs: number | null;
  tokensPerSecond: number | null;
  promptPreview: string | null;
  answerPreview: string | null;
  wasActive: boolean;
  energyPj: string | null;
  costNumerator: string | null;
  currency: string | null;
  energyQuality: EnergyQuality | null;
  concurrency: number | null;
}

/** A row of LOG_COLUMNS and DETAIL_COLUMNS. */
export interface LogDetailRow extends LogRow {
  prompt: string | null;
  answer: string | null;
  request: string | null;
  response: string | null;
  clientAddress: string | null;
  userAgent: string | null;
  tariffVersion: number | null;
  /** Whose key it was. */
  ownerId: string | null;
}

/** The columns of an item, from `request_log l LEFT JOIN request_energy e`. */
export const LOG_COLUMNS = `
  l.id, l.at, l.key_id AS "keyId", l.key_name AS "keyName", l.model, l.host, l.endpoint, l.streamed, l.status,
  l.outcome, l.error_code AS "errorCode", l.prompt_tokens AS "promptTokens",
  l.cached_prompt_tokens AS "cachedPromptTokens",
  l.completion_tokens AS "completionTokens", l.tokens_quality AS "tokensQuality",
  l.duration_ms AS "durationMs", l.queue_ms AS "queueMs",
  ${OLLAMA_QUEUE_MS} AS "ollamaQueueMs",
  l.load_ms AS "loadMs", l.prompt_ms AS "promptMs",
  l.generate_ms AS "generateMs", l.ttft_ms AS "ttftMs", l.tokens_per_second AS "tokensPerSecond",
  l.prompt_preview AS "promptPreview", l.answer_preview AS "answerPreview",
  l.active_to_us IS NOT NULL AS "wasActive", e.energy_pj AS "energyPj", e.cost_numerator AS "costNumerator",
  e.currency, e.quality AS "energyQuality", e.concurrency`;

/** What the detail shows besides, from the same join `request_body b` and `api_key k`. */
export const DETAIL_COLUMNS = `
  b.prompt, b.answer, b.request, b.response, l.client_address AS "clientAddress", l.user_agent AS "userAgent",
  e.tariff_version_id AS "tariffVersion", k.owner_id AS "ownerId"`;

/** The row as the admin API tells it. */
export function toLogItem(row: LogRow, currency: string): LogItem {
  const { at, wasActive, ...same } = row;
  const { promptTokens, completionTokens } = row;
  return {
    ...same,
    at: at.toISOString(),
    totalTokens:
      promptTokens === null && completionTokens === null
        ? null
        : (promptTokens ?? 0) + (completionTokens ?? 0),
    ...energyOf(same, wasActive, currency),
  };
}

export function toLogDetail(row: LogDetailRow, currency: string): LogDetail {
  const { prompt, answer, request, response, clientAddress, userAgent, tariffVersion, ownerId, ...item } =
    row;
  return {
    ...toLogItem(item, currency),
    prompt,
    answer,
    request: fromJsonText(request),
    response: fromJsonText(response),
    clientAddress,
    userAgent,
    tariffVersion,
    ownerId,
  };
}

type EnergyFields = Pick<
  LogItem,
  'concurrency' | 'energyWh' | 'energyPj' | 'energyQuality' | 'cost' | 'costNumerator' | 'currency'
>;

/** Settled, still pending, or never active on a host: then it drew nothing, and nothing costs nothing. */
function energyOf(row: Omit<LogRow, 'at' | 'wasActive'>, wasActive: boolean, currency: string): EnergyFields {
  if (row.energyPj === null && wasActive)
    return {
      concurrency: null,
      energyWh: null,
      energyPj: null,
      energyQuality: 'pending',
      cost: null,
      costNumerator: null,
      currency: null,
    };
  const numerator = row.energyPj === null ? '0' : row.costNumerator;
  return {
    concurrency: row.concurrency,
    energyWh: toEnergyWh(fromNumeric(row.energyPj ?? '0')),
    energyPj: row.energyPj ?? '0',
    energyQuality: row.energyQuality ?? 'constant',
    cost: numerator === null ? null : toCost(fromNumeric(numerator)),
    costNumerator: numerator,
    currency: row.energyPj === null ? currency : row.currency,
  };
}

/** Recorded JSON as a value; as text where the log policy cut it short. */
function fromJsonText(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
