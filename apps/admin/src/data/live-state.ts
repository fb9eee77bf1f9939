import { DOCUMENT, DestroyRef, type Signal, effect, inject, signal } from '@angular/core';
import type { LiveState } from '@ollameter/admin-contract';

const URL = '/api/live';
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;

export interface LiveWatch {
  /** The last picture; it stays while the connection is away. */
  state: Signal<LiveState | undefined>;
  connection: Signal<'connecting' | 'open' | 'lost' | 'off'>;
}

/**
 * Watches `GET /api/live` while `isWanted` says so and the tab can be seen; reconnects by itself, and ends with the
 * injection context in which it was called.
 */
export function watchLive(isWanted: () => boolean = () => true): LiveWatch {
  const document = inject(DOCUMENT);
  const state = signal<LiveState | undefined>(undefined);
  const connection = signal<'connecting' | 'open' | 'lost' | 'off'>('connecting');
  const isVisible = signal(document.visibilityState === 'visible');
  const look = (): void => isVisible.set(document.visibilityState === 'visible');
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let retryMs = FIRST_RETRY_MS;

  const close = (): void => {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  };
  const open = (): void => {
    close();
    const opened = new EventSource(URL);
    source = opened;
    opened.addEventListener('open', () => {
      retryMs = FIRST_RETRY_MS;
      connection.set('open');
    });
    opened.addEventListener('state', ({ data }: MessageEvent<string>) =>
      state.set(JSON.parse(data) as LiveState),
    );
    // The browser reconnects by itself after a cut, but gives up where the server answers with an error.
    opened.addEventListener('error', () => {
      connection.set('lost');
      close();
      timer = setTimeout(open, retryMs);
      retryMs = Math.min(LAST_RETRY_MS, retryMs * 2);
    });
  };

  document.addEventListener('visibilitychange', look);
  inject(DestroyRef).onDestroy(() => {
    document.removeEventListener('visibilitychange', look);
    close();
  });
  effect(() => {
    if (isWanted() && isVisible()) {
      connection.set('connecting');
      open();
    } else {
      connection.set('off');
      close();
    }
  });
  return { state: state.asReadonly(), connection: connection.asReadonly() };
}
