import { signal } from '@angular/core';
import { type Observable, firstValueFrom } from 'rxjs';
import { type Failure, toFailure } from './failure';

/** One thing that a person asks the gateway to do: not twice at once, and with the reason where it was refused. */
export class Action {
  private readonly busy = signal(false);
  private readonly failed = signal<Failure | null>(null);

  readonly isBusy = this.busy.asReadonly();
  /** Of the last attempt; null while it runs and after one that worked. */
  readonly failure = this.failed.asReadonly();

  /** Sends `request` and hands its answer to `done`. A second call while one runs does nothing. */
  async run<T>(request: Observable<T>, done: (answer: T) => unknown): Promise<void> {
    if (this.busy()) return;
    this.busy.set(true);
    this.failed.set(null);
    try {
      done(await firstValueFrom(request));
    } catch (error) {
      this.failed.set(toFailure(error));
    } finally {
      this.busy.set(false);
    }
  }

  /** Forgets the last failure. */
  reset(): void {
    this.failed.set(null);
  }
}
