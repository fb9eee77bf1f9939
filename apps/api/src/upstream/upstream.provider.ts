import type { OllamaRecord } from './ollama/ollama-wire';

/** What a generation needs to know of the host that serves it. */
export interface UpstreamHost {
  readonly name: string;
  readonly url: string;
}

/** What one read from the upstream completed: records in order, and beside each the line it came in. */
export interface UpstreamBatch {
  readonly records: readonly OllamaRecord[];
  readonly lines: readonly string[];
}

/** The port to a model server. Whoever calls it owns the signal: aborting it ends the generation upstream. */
export abstract class UpstreamProvider {
  /**
   * Posts a generation and yields its records as they arrive; returns after the record that ends the answer.
   * @throws GatewayError as the upstream's status, error line, silence or early end demand.
   */
  abstract stream(
    host: UpstreamHost,
    path: string,
    body: object,
    signal: AbortSignal,
  ): AsyncIterable<UpstreamBatch>;
}
