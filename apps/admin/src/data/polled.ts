import { HttpContext, type HttpResourceRequest, httpResource } from '@angular/common/http';
import { type Signal, computed, effect, linkedSignal } from '@angular/core';
import { every } from './every';
import { type Failure, toFailure } from './failure';
import { ASKED_BY_TIMER } from './poll-mark';
import { IS_SHARED } from './shared-gets';

const REFRESH_MS = 30_000;

/** What the gateway last said to a question that is asked again and again. */
export interface Polled<T> {
  /** The last good answer; it stays while a newer one is on its way, and when none comes. */
  value: Signal<T | undefined>;
  /** Why the last attempt failed; null after one that did not. */
  failure: Signal<Failure | null>;
  /** True until the first answer or failure. */
  isPending: Signal<boolean>;
  /** True while `value` still answers the question before: other filters, another period. */
  isStale: Signal<boolean>;
  /** When `value` came. */
  loadedAt: Signal<Date | null>;
  /** Asks now. */
  reload: () => void;
}

export interface PollOptions {
  /** 0 asks only once. */
  everyMs?: number;
  /** False forgets the old answer as soon as the question changes: another row's detail must not stand in for this one's. */
  keepsOld?: boolean;
}

interface Settled<T> {
  value: T | undefined;
  failure: Failure | null;
  loadedAt: Date | null;
}

const NOTHING = { value: undefined, failure: null, loadedAt: null };

/**
 * A GET that refreshes itself without flicker. `request` is read reactively; undefined asks nothing.
 * Needs an injection context, whose end stops it.
 */
export function polled<T>(
  request: () => string | HttpResourceRequest | undefined,
  { everyMs = REFRESH_MS, keepsOld = true }: PollOptions = {},
): Polled<T> {
  const mark = { byTimer: false };
  const resource = httpResource<T>((): HttpResourceRequest | undefined => {
    const asked = request();
    if (asked === undefined) return undefined;
    const context = new HttpContext().set(ASKED_BY_TIMER, mark).set(IS_SHARED, true);
    return typeof asked === 'string' ? { url: asked, context } : { ...asked, context };
  });
  const settled = linkedSignal({
    source: resource.snapshot,
    computation: (snapshot, previous?: { value: Settled<T> }): Settled<T> => {
      if (snapshot.status === 'resolved')
        return { value: snapshot.value, failure: null, loadedAt: new Date() };
      const old = previous?.value ?? NOTHING;
      if (snapshot.status === 'error') return { ...old, failure: toFailure(snapshot.error) };
      return snapshot.status === 'loading' && !keepsOld ? NOTHING : old;
    },
  });
  // A linked signal computes when it is read: unread, it would miss an answer that nobody was looking at.
  effect(() => void settled());
  if (everyMs > 0)
    every(everyMs, () => {
      mark.byTimer = resource.reload();
    });
  return {
    value: computed(() => settled().value),
    failure: computed(() => settled().failure),
    isPending: computed(() => settled().value === undefined && settled().failure === null),
    isStale: computed(() => resource.status() === 'loading' && settled().value !== undefined),
    loadedAt: computed(() => settled().loadedAt),
    reload: () => void resource.reload(),
  };
}
