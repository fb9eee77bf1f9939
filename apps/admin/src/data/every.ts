import { DOCUMENT, DestroyRef, inject } from '@angular/core';

/** Of the interval, so that many open portals do not ask in step. */
const JITTER = 0.1;

/**
 * Calls `action` about every `intervalMs` while the tab can be seen; on the return to a tab that was hidden for longer
 * than that, at once. Ends with the injection context in which it was called.
 */
export function every(intervalMs: number, action: () => void): void {
  const document = inject(DOCUMENT);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let dueAtMs = 0;
  const schedule = (): void => {
    dueAtMs = Date.now() + intervalMs * (1 + JITTER * (2 * Math.random() - 1));
    resume();
  };
  const act = (): void => {
    schedule();
    action();
  };
  const resume = (): void => {
    clearTimeout(timer);
    if (document.visibilityState === 'visible') timer = setTimeout(act, Math.max(0, dueAtMs - Date.now()));
  };
  document.addEventListener('visibilitychange', resume);
  inject(DestroyRef).onDestroy(() => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', resume);
  });
  schedule();
}
