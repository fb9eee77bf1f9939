import { type Signal, computed, linkedSignal } from '@angular/core';
import type { LogItem, LogPage } from '@ollameter/admin-contract';
import type { Polled } from '../data/polled';

interface Shown {
  question: string;
  page: LogPage;
}

/** The rows on the screen. Newer ones are counted, not pushed under the reader; those that are there are kept fresh. */
export interface LogList {
  page: Signal<LogPage | undefined>;
  /** Rows that match and wait above. */
  waiting: Signal<number>;
  showWaiting: () => void;
}

/** @param question changes whenever other rows are asked for: filters, page */
export function logList(latest: Polled<LogPage>, question: Signal<string>): LogList {
  const shown = linkedSignal({
    source: () => ({ latest: latest.value(), isStale: latest.isStale(), question: question() }),
    computation: (source, previous?: { value: Shown | undefined }): Shown | undefined => {
      const old = previous?.value;
      if (source.latest === undefined) return undefined;
      if (source.isStale) return old;
      if (old?.question !== source.question || old.page.items.length === 0)
        return { question: source.question, page: source.latest };
      return { ...old, page: refreshed(old.page, source.latest.items) };
    },
  });
  return {
    page: computed(() => shown()?.page),
    waiting: computed(() => {
      const newest = shown()?.page.items[0]?.id;
      if (newest === undefined || latest.isStale()) return 0;
      return latest.value()?.items.filter(({ id }) => id > newest).length ?? 0;
    }),
    showWaiting: () => {
      const page = latest.value();
      if (page !== undefined) shown.set({ question: question(), page });
    },
  };
}

/** The same rows, each as it was last heard of: energy comes some seconds after the answer. */
function refreshed(page: LogPage, latest: readonly LogItem[]): LogPage {
  const byId = new Map(latest.map((item) => [item.id, item]));
  return { ...page, items: page.items.map((item) => byId.get(item.id) ?? item) };
}
