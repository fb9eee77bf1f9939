import { HttpClient } from '@angular/common/http';
import {
  Component,
  DOCUMENT,
  computed,
  effect,
  inject,
  linkedSignal,
  signal,
  untracked,
} from '@angular/core';
import { RouterLink } from '@angular/router';
import type { LiveHost, LiveRequest, LogPage, LoadedModel } from '@ollameter/admin-contract';
import { toFailure } from '../data/failure';
import { every } from '../data/every';
import { watchLive } from '../data/live-state';
import { polled } from '../data/polled';
import { Clock } from '../data/clock';
import { PriceDay } from '../data/price-day';
import { saveText } from '../data/save-text';
import { toCsv } from '../charts/table-data';
import { StatusFeed } from '../data/status-feed';
import { bytes, count, tokensPerSecond } from '../format/count';
import { duration } from '../format/duration';
import { watts, whColumn } from '../format/energy';
import { costPerHour, rate, shortRate } from '../format/money';
import { Session } from '../session/session';
import { EmptyState } from '../ui/empty-state';
import { Icon } from '../ui/icon';
import { MoneyText } from '../ui/money-text';
import { Panel } from '../ui/panel';
import { Skeleton } from '../ui/skeleton';
import { TimeText } from '../ui/time-text';
import { ToastList } from '../ui/toast-list';
import { PHASE_KEYS, phaseText } from './phase';
import { PowerChart } from './power-chart';
import { type PowerSample, withSample } from './power-history';
import { PowerTable } from './power-table';

const SECOND_MS = 1_000;
const FINISHED_REFRESH_MS = 5_000;

/** What happens now: power, hosts with their slots and models, every request in flight. */
@Component({
  selector: 'om-live',
  imports: [RouterLink, EmptyState, Icon, MoneyText, Panel, PowerChart, PowerTable, Skeleton, TimeText],
  templateUrl: './live.html',
  styleUrl: './live.css',
})
export class Live {
  private readonly http = inject(HttpClient);
  private readonly session = inject(Session);
  private readonly toasts = inject(ToastList);
  private readonly status = inject(StatusFeed).status;
  private readonly prices = inject(PriceDay);
  private readonly nowMs = inject(Clock).nowMs;
  private readonly document = inject(DOCUMENT);

  protected readonly format = { bytes, count, duration, tokensPerSecond, watts, whColumn };
  protected readonly phaseText = phaseText;
  protected readonly phaseKeys = PHASE_KEYS;
  protected readonly isPaused = signal(false);
  protected readonly powerAsTable = signal(false);
  private readonly watch = watchLive(() => !this.isPaused());
  protected readonly connection = this.watch.connection;
  protected readonly live = this.watch.state;
  protected readonly mayCancel = computed(() => this.session.may('live:cancel'));
  protected readonly mayUnload = computed(() => this.session.may('models:write'));

  /** The feed speaks when something changes; the curve goes on meanwhile. */
  private readonly second = signal(0);
  private readonly receivedAtMs = computed(() => {
    this.live();
    return Date.now();
  });
  protected readonly history = linkedSignal<PowerSample[], PowerSample[]>({
    source: () => {
      this.second();
      const live = this.live();
      if (live === undefined) return [];
      return [{ atMs: Date.parse(live.at) + Date.now() - this.receivedAtMs(), watts: live.power.watts }];
    },
    computation: (samples, previous) =>
      samples.reduce((history, sample) => withSample(history, sample), previous?.value ?? []),
  });
  protected readonly money = computed(() => {
    const [live, status] = [this.live(), this.status()];
    if (live === undefined || status === undefined) return null;
    const price = this.prices.now();
    return {
      perHour: costPerHour(live.power.watts, status.rateMicrosPerKwh, status.currency),
      rate: `${price === null ? '' : `${price.period} `}${shortRate(status.rateMicrosPerKwh, status.currency)}/kWh`,
      exactRate: rate(status.rateMicrosPerKwh, status.currency),
      cheaperIn: price?.cheaperMs == null ? null : duration(Math.max(0, price.cheaperMs - this.nowMs())),
    };
  });
  protected readonly speed = computed(
    () => this.live()?.requests.reduce((sum, request) => sum + (request.tokensPerSecond ?? 0), 0) ?? 0,
  );
  protected readonly longestMs = computed(() =>
    Math.max(1, ...(this.live()?.requests.map(({ elapsedMs }) => elapsedMs) ?? [])),
  );
  protected readonly models = computed(
    () =>
      this.live()?.hosts.flatMap(({ name, loaded }) =>
        (loaded ?? []).map((model) => ({ ...model, host: name })),
      ) ?? [],
  );
  protected readonly finished = polled<LogPage>(() => '/api/logs?pageSize=6', {
    everyMs: FINISHED_REFRESH_MS,
  });
  protected readonly connectionText = computed(() => {
    if (this.isPaused()) return 'Paused';
    return {
      open: 'Connected',
      connecting: 'Connecting …',
      lost: 'The connection is lost; trying again.',
      off: 'Paused while the tab is hidden',
    }[this.connection()];
  });

  constructor() {
    every(SECOND_MS, () => {
      if (this.connection() === 'open') this.second.update((count) => count + 1);
    });
    // Every sample counts for the curve, also where two come between two looks at it.
    effect(() => {
      this.live();
      this.second();
      untracked(this.history);
    });
  }

  /** One entry for each slot: the model that runs in it, or null. */
  protected slotsOf(host: LiveHost): (string | null)[] {
    const running = (this.live()?.requests ?? [])
      .filter((request) => request.host === host.name && request.phase !== 'queued')
      .map(({ model }) => model);
    return Array.from({ length: Math.max(host.slots, running.length) }, (_, at) => running[at] ?? null);
  }

  protected unloadsIn({ expiresAt }: LoadedModel): string {
    if (expiresAt === null) return 'stays';
    const leftMs = Date.parse(expiresAt) - Date.parse(this.live()?.at ?? expiresAt);
    return leftMs <= 0 ? 'now' : duration(Math.round(leftMs / 1000) * 1000);
  }

  protected isInUse(model: string, host: string): boolean {
    return (this.live()?.requests ?? []).some((request) => request.model === model && request.host === host);
  }

  protected savePower(): void {
    const rows = this.history().map(({ atMs, watts: drawn }) => {
      const at = new Date(atMs).toISOString();
      return [
        { text: at, value: at },
        { text: watts(drawn), value: drawn },
      ];
    });
    const table = { columns: [{ name: 'Time', isText: true }, { name: 'Power, W' }], rows };
    saveText(this.document, 'power.csv', 'text/csv', toCsv(table));
  }

  protected cancel(request: LiveRequest): void {
    this.http.delete(`/api/live/${request.id}`).subscribe({
      next: () => this.toasts.show(`The request of ${request.keyName ?? 'a key'} is being cancelled.`),
      error: (error: unknown) => this.toasts.error(toFailure(error).message),
    });
  }

  protected unload(model: string, host: string): void {
    const url = `/api/models/${encodeURIComponent(model)}/unload`;
    this.http.post(url, { host }).subscribe({
      next: () => this.toasts.show(`${model} is unloaded.`),
      error: (error: unknown) => this.toasts.error(toFailure(error).message),
    });
  }
}
