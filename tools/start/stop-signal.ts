import { StartError } from './start-error.ts';

/** One Ctrl-C may arrive several times: from the terminal, npm and the bootstrap. */
const SAME_PRESS_MS = 1_000;

/** The wish to stop: Ctrl-C, SIGTERM, a closed terminal, or the death of the process that started us. */
export class StopSignal {
  private firstAt: number | null = null;
  private readonly first = Promise.withResolvers<null>();
  private readonly second = Promise.withResolvers<null>();

  constructor() {
    const stop = () => this.onSignal();
    process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop).on('disconnect', stop);
  }

  stopped(): Promise<null> {
    return this.first.promise;
  }

  /** Resolves at a second, separate Ctrl-C. */
  again(): Promise<null> {
    return this.second.promise;
  }

  /** @throws StartError between two steps of a start that was interrupted. */
  throwIfStopped(): void {
    if (this.firstAt !== null) throw new StartError('Stopped before the start was complete.');
  }

  private onSignal(): void {
    const now = Date.now();
    if (this.firstAt === null) {
      this.firstAt = now;
      this.first.resolve(null);
    } else if (now - this.firstAt > SAME_PRESS_MS) this.second.resolve(null);
  }
}
