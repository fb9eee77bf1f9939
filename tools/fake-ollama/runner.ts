import { ClientLeft } from './http-error.ts';
import type { Model } from './model-catalogue.ts';

const LONGEST_TIMER_MS = 2_147_483_647;

/** A loaded model: references hold it in memory, and its slots bound how many requests it works on at once. */
export class Runner {
  readonly model: Model;
  readonly loadKey: string;
  /** The context it was loaded with, tokens. */
  readonly numCtx: number;
  references = 0;
  isRetired = false;
  /** Unix milliseconds; `Infinity` when it is kept for ever. */
  expiresAtMs = Infinity;
  private keepAliveMs = 0;
  private freeSlots: number;
  private readonly waiters: (() => void)[] = [];
  private expiry: NodeJS.Timeout | undefined;
  private readonly gone = Promise.withResolvers<undefined>();
  private readonly onGone: () => void;
  private readonly onChange: () => void;

  constructor(
    load: { readonly model: Model; readonly loadKey: string; readonly numCtx: number },
    slots: number,
    onGone: () => void,
    onChange: () => void,
  ) {
    this.model = load.model;
    this.loadKey = load.loadKey;
    this.numCtx = load.numCtx;
    this.freeSlots = slots;
    this.onGone = onGone;
    this.onChange = onChange;
  }

  /** Requests waiting for a slot. */
  get waiting(): number {
    return this.waiters.length;
  }

  /** Takes a reference and sets how long the model stays after the last one. */
  use(keepAliveMs: number): this {
    this.references++;
    this.keepAliveMs = keepAliveMs;
    this.expiresAtMs = keepAliveMs < 0 ? Infinity : Date.now() + keepAliveMs;
    clearTimeout(this.expiry);
    return this;
  }

  /** Gives a reference back; the last one starts the clock of `keep_alive`. */
  release(): void {
    this.references--;
    if (this.references > 0) return;
    if (this.isRetired || this.keepAliveMs === 0) {
      this.end();
      return;
    }
    if (this.keepAliveMs < 0) return;
    this.expiresAtMs = Date.now() + this.keepAliveMs;
    this.expiry = setTimeout(() => this.end(), Math.min(this.keepAliveMs, LONGEST_TIMER_MS)).unref();
  }

  /**
   * Waits, first come first served and without bound, for one of the slots; the result gives it back.
   * @throws ClientLeft when the client left while waiting.
   */
  slot(signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) return Promise.reject(new ClientLeft());
    if (this.freeSlots > 0) {
      this.freeSlots--;
      return Promise.resolve(() => this.freeSlot());
    }
    const { promise, resolve, reject } = Promise.withResolvers<() => void>();
    const leave = (): void => {
      this.waiters.splice(this.waiters.indexOf(waiter), 1);
      reject(new ClientLeft());
    };
    const waiter = (): void => {
      signal.removeEventListener('abort', leave);
      resolve(() => this.freeSlot());
    };
    signal.addEventListener('abort', leave, { once: true });
    this.waiters.push(waiter);
    this.onChange();
    return promise;
  }

  /** Takes no new requests; resolves when the last one is done and the model is out of memory. */
  async retire(): Promise<void> {
    this.isRetired = true;
    if (this.references === 0) this.end();
    await this.gone.promise;
  }

  /** Ends the timer of `keep_alive`. */
  close(): void {
    clearTimeout(this.expiry);
  }

  private freeSlot(): void {
    const next = this.waiters.shift();
    if (next === undefined) this.freeSlots++;
    else next();
  }

  private end(): void {
    this.isRetired = true;
    clearTimeout(this.expiry);
    this.gone.resolve(undefined);
    this.onGone();
  }
}
