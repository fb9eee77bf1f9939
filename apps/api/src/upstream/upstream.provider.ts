/** What a generation needs to know of the host that serves it. */
export interface UpstreamHost {
  readonly name: string;
  readonly url: string;
}

/** The records of one upstream answer: one array per read from the socket, in order. */
export type RecordBatches<R> = AsyncIterable<readonly R[]>;

/** The port to a model server. Whoever calls it owns the signal: aborting it ends the generation upstream. */
export abstract class UpstreamProvider {
  /**
   * Posts a generation and yields its records as they arrive; returns after the record with `done`.
   * @throws GatewayError as the upstream's status, error line, silence or early end demand.
   */
  abstract stream<R extends { done?: boolean }>(
    host: UpstreamHost,
    path: string,
    body: object,
    signal: AbortSignal,
  ): RecordBatches<R>;
}
