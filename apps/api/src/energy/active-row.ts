import type { ActiveRow } from './settlement';

/** A row of the log as the settler reads it. */
export interface ActiveRowColumns {
  id: string;
  active_from_us: string;
  active_to_us: string;
  slot_from_us: string | null;
  prompt_ms: number | null;
  generate_ms: number | null;
  load_ms: number | null;
  prompt_tokens: number | null;
  cached_prompt_tokens: number | null;
  completion_tokens: number | null;
  model: string | null;
}

/**
 * Ollama's `load_duration` is the time until a runner was handed over, not zero for a model that was loaded already
 * (up to 0.7 s in a recorded trace); only what is longer is a cold start.
 */
export const COLD_START_MS = 1_000;

/** When the row kept its host busy: its prompt from the first record less Ollama's prompt time, before it the load. */
export function toActiveRow(row: ActiveRowColumns): ActiveRow {
  const fromUs = Number(row.active_from_us);
  const toUs = Number(row.active_to_us);
  return {
    id: row.id,
    fromUs,
    toUs,
    model: row.model,
    ...(row.prompt_ms === null ? {} : { promptToUs: fromUs + promptUs(row, row.prompt_ms, toUs - fromUs) }),
    ...(row.prompt_tokens === null || row.completion_tokens === null
      ? {}
      : {
          tokens: {
            // What came from the cache was not evaluated; Ollama's prompt time covers the rest alone.
            prompt: Math.max(0, row.prompt_tokens - (row.cached_prompt_tokens ?? 0)),
            generate: row.completion_tokens,
          },
        }),
    ...(row.load_ms === null || row.load_ms < COLD_START_MS
      ? {}
      : { loading: { fromUs: loadFromUs(row, fromUs, row.load_ms), toUs: fromUs } }),
  };
}

/** Ollama's two durations divide the activity by the gateway's clock; they are not its length to the microsecond. */
function promptUs({ generate_ms }: ActiveRowColumns, promptMs: number, activeUs: number): number {
  if (generate_ms === null) return Math.round(promptMs * 1_000);
  const sumMs = promptMs + generate_ms;
  return sumMs === 0 ? 0 : Math.round((activeUs * promptMs) / sumMs);
}

/** Not before the request was sent: what Ollama calls loading began after that. */
function loadFromUs({ slot_from_us }: ActiveRowColumns, fromUs: number, loadMs: number): number {
  const sentUs = slot_from_us === null ? -Infinity : Number(slot_from_us);
  return Math.max(sentUs, fromUs - Math.round(loadMs * 1_000));
}
