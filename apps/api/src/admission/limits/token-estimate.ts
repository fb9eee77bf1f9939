/** Of admission only; never stored. */
const BYTES_PER_TOKEN = 4;
/** What an answer without a bound of its own is expected to take at most. */
const UNBOUNDED_ANSWER = 1024;

/** What of a translated request tells how many tokens it may take. */
export interface EstimatedRequest {
  readonly prompt: string;
  readonly upstreamPath: string;
  /** One per round. */
  readonly upstreamBodies: readonly { readonly options?: unknown }[];
}

/** Tokens that a request may take: an estimate to set aside until they are counted. */
export interface TokenEstimate {
  readonly prompt: number;
  /** Of all rounds together. */
  readonly answer: number;
}

/**
 * The prompt's bytes / 4, and for each round its own bound (`max_tokens`, `num_predict`), or 1024, or a quarter of
 * the smallest limit that it must fit into, if that is less. Embeddings have no answer.
 */
export function estimateTokens(request: EstimatedRequest, limits: readonly number[]): TokenEstimate {
  const { prompt, upstreamPath, upstreamBodies } = request;
  const unbounded = Math.min(UNBOUNDED_ANSWER, ...limits.map((limit) => Math.ceil(limit / 4)));
  const embeds = upstreamPath.startsWith('/api/embed');
  return {
    prompt: Math.ceil(Buffer.byteLength(prompt) / BYTES_PER_TOKEN),
    answer: embeds
      ? 0
      : upstreamBodies.reduce((sum, { options }) => sum + (boundOf(options) ?? unbounded), 0),
  };
}

/** Ollama's `num_predict`, where it bounds: 0 and below mean without end. */
function boundOf(options: unknown): number | null {
  const bound = (options as { num_predict?: unknown } | null | undefined)?.num_predict;
  return typeof bound === 'number' && bound > 0 ? Math.ceil(bound) : null;
}
