/**
 * SQL: what a request of `request_log l` waited inside Ollama, ms; null where Ollama told nothing. The gateway saw when
 * it sent the request and when its prompt began (first record − `prompt_eval_duration`); Ollama told what of that it
 * spent on handing over a loaded model. The rest is its own queue (`OLLAMA_NUM_PARALLEL`), and the way there and back.
 */
export const OLLAMA_QUEUE_MS = `
  CASE WHEN l.load_ms IS NOT NULL AND l.active_from_us IS NOT NULL AND l.slot_from_us IS NOT NULL
       THEN greatest(0, (l.active_from_us - l.slot_from_us)::float8 / 1000 - l.load_ms) END`;
