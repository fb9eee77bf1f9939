import type { AppConfig } from '../../config/app-config';
import { GatewayError } from '../gateway-error';

/**
 * The three clocks of one upstream answer: to the first record, between records, and in all. When one runs
 * out it aborts its signal, and `expired` says which. One timer serves the first two and is only refreshed
 * per read.
 */
export class StreamDeadline implements Disposable {
  readonly signal: AbortSignal;
  expired: GatewayError | null = null;
  private readonly controller = new AbortController();
  private readonly total: NodeJS.Timeout;
  private silence: NodeJS.Timeout;
  private first = true;

  constructor(
    private readonly limits: Pick<
      AppConfig,
      'firstTokenTimeoutMs' | 'tokenGapTimeoutMs' | 'requestTimeoutMs'
    >,
    outer: AbortSignal,
  ) {
    this.signal = AbortSignal.any([outer, this.controller.signal]);
    this.silence = this.after(limits.firstTokenTimeoutMs, 'The model server sent no first token in time.');
    this.total = this.after(limits.requestTimeoutMs, 'The answer took longer than the gateway allows.');
  }

  recordArrived(): void {
    if (!this.first) {
      this.silence.refresh();
      return;
    }
    this.first = false;
    clearTimeout(this.silence);
    this.silence = this.after(
      this.limits.tokenGapTimeoutMs,
      'The model server fell silent in the middle of its answer.',
    );
  }

  [Symbol.dispose](): void {
    clearTimeout(this.silence);
    clearTimeout(this.total);
  }

  private after(ms: number, message: string): NodeJS.Timeout {
    return setTimeout(() => {
      this.expired = new GatewayError('upstream_timeout', message);
      this.controller.abort(this.expired);
    }, ms);
  }
}
