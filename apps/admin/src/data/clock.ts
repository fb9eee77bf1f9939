import { Service, signal } from '@angular/core';
import { every } from './every';

const TICK_MS = 30_000;

/** The time of day for what depends on it, moved on every half minute. */
@Service()
export class Clock {
  private readonly time = signal(Date.now());
  readonly nowMs = this.time.asReadonly();

  constructor() {
    every(TICK_MS, () => this.time.set(Date.now()));
  }
}
