import type { AppConfig } from '../../config/app-config';
import { GatewayError } from '../gateway-error';

/**
 * The three clocks of one upstream answer: to the first record, between records, and in all. The first that runs out
 * is reported once. One timer serves the first two and is only refreshed per read.
 */
export class StreamDeadline implements Disposable {
  private readonly total: NodeJS.Timeout;
  private silence: NodeJS.Timeout;
  private betweenRecords = false;

  constructor(
    private readonly limits: Pick<
      AppConfig,
      'firstTokenTimeoutMs' | 'tokenGapTimeoutMs' | 'requestTimeoutMs'
    >,
    private readonly expire: (error: GatewayError) => void,
  ) {
    this.silence = this.after(limits.firstTokenTimeoutMs, 'The model server sent no first token in time.');
    this.total = this.after(limits.requestTimeoutMs, 'The answer took longer than the gateway allows.');
  }

  recordArrived(): void {
    if (this.betweenRecords) {
      this.silence.refresh();
      return;
    }
    this.betweenRecords = true;
    clearTimeout(this.silence);
    this.silence = this.after(
      this.limits.tokenGapTimeoutMs,
      'The model server fell silent in the middle of its answer.',
    );
  }

  /** Nobody reads at the moment: silence is not the model server's fault until the next record. */
  hold(): void {
    clearTimeout(this.silence);
    this.betweenRecords = false;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.silence);
    clearTimeout(this.total);
  }

  private after(ms: number, message: string): NodeJS.Timeout {
    return setTimeout(() => this.expire(new GatewayError('upstream_timeout', message)), ms);
  }
}
