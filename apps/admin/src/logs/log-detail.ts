import { HttpClient } from '@angular/common/http';
import { Component, computed, inject, input, signal, viewChild } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { LogDetail as Detail } from '@ollameter/admin-contract';
import { Action } from '../data/action';
import { every } from '../data/every';
import { GatewayAddress } from '../data/gateway-address';
import { polled } from '../data/polled';
import { TimeZone } from '../data/time-zone';
import { count, tokensPerSecond } from '../format/count';
import { duration, exactDuration } from '../format/duration';
import { energy } from '../format/energy';
import { ENERGY_QUALITY_WORDS, OUTCOME_WORDS } from '../format/outcome';
import { exactTime, offset } from '../format/time';
import { Session } from '../session/session';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { CopyButton } from '../ui/copy-button';
import { FigureText } from '../ui/figure-text';
import { Icon } from '../ui/icon';
import { MenuButton } from '../ui/menu-button';
import { MoneyText } from '../ui/money-text';
import { Panel } from '../ui/panel';
import { Skeleton } from '../ui/skeleton';
import { TimeText } from '../ui/time-text';
import { ToastList } from '../ui/toast-list';
import { pathOf, toCurl } from './curl';
import { Replay } from './replay';
import { RequestCost } from './request-cost';
import { RequestTime } from './request-time';
import { TranscriptView } from './transcript-view';

/** Its energy is settled some seconds after the answer. Not asked for ever: each reading of a text is recorded. */
const PENDING_MS = 3_000;

/** One request: what it was, where its time went, why it cost what it cost, and what was said. */
@Component({
  selector: 'om-log-detail',
  imports: [
    ConfirmDialog,
    CopyButton,
    FigureText,
    Icon,
    MenuButton,
    MoneyText,
    Panel,
    Replay,
    RequestCost,
    RequestTime,
    RouterLink,
    Skeleton,
    TimeText,
    TranscriptView,
  ],
  templateUrl: './log-detail.html',
  styleUrl: './log-detail.css',
})
export class LogDetail {
  /** From the address. */
  readonly id = input.required<string>();
  /** What the reader searched for, to be marked in the texts. */
  readonly q = input<string>();

  private readonly http = inject(HttpClient);
  private readonly zone = inject(TimeZone).zone;
  private readonly gateway = inject(GatewayAddress);
  private readonly session = inject(Session);
  private readonly toasts = inject(ToastList);

  protected readonly detail = polled<Detail>(() => `/api/logs/${encodeURIComponent(this.id())}`, {
    keepsOld: false,
    everyMs: 0,
  });
  protected readonly back = computed(() => (this.q() ? { q: this.q() } : {}));
  protected readonly curl = computed(() => {
    const item = this.detail.value();
    return item === undefined ? null : toCurl(this.gateway.origin(), item.endpoint, item.request);
  });
  protected readonly json = computed(() => JSON.stringify(this.detail.value(), null, 2));
  protected readonly facts = computed(() => {
    const item = this.detail.value();
    return item === undefined ? [] : toFacts(item);
  });
  protected readonly title = computed(() => {
    const item = this.detail.value();
    if (item === undefined) return null;
    return {
      exact: exactTime(item.at, this.zone()),
      offset: offset(item.at, this.zone()),
      path: pathOf(item.endpoint) ?? item.endpoint,
    };
  });
  protected readonly mayErase = computed(() => {
    const item = this.detail.value();
    return this.session.may('logs:erase') && item !== undefined && (item.prompt ?? item.request) !== null;
  });
  protected readonly isErasing = signal(false);
  protected readonly isReplaying = signal(false);
  protected readonly erasing = new Action();
  private readonly eraseDialog = viewChild(ConfirmDialog);

  protected readonly outcomeWords = OUTCOME_WORDS;
  protected readonly qualityWords = ENERGY_QUALITY_WORDS;
  protected readonly count = count;
  protected readonly duration = duration;
  protected readonly exactDuration = exactDuration;
  protected readonly speed = tokensPerSecond;
  protected readonly energy = energy;

  constructor() {
    every(PENDING_MS, () => {
      if (this.detail.value()?.energyQuality === 'pending') this.detail.reload();
    });
  }

  protected async erase(): Promise<void> {
    await this.erasing.run(this.http.delete(`/api/logs/${this.id()}/body`), () => {
      this.eraseDialog()?.close();
      this.toasts.show('Prompt and answer are erased; the figures stay.');
      this.detail.reload();
    });
  }
}

function toFacts(item: Detail): { name: string; value: string; mono?: boolean }[] {
  const request = (typeof item.request === 'object' ? item.request : null) as Record<string, unknown> | null;
  const parameters = [
    'temperature',
    'top_p',
    'max_tokens',
    'max_completion_tokens',
    'seed',
    'reasoning_effort',
  ]
    .filter((name) => ['string', 'number'].includes(typeof request?.[name]))
    .map((name) => ({ name, value: String(request?.[name]) }));
  return [
    { name: 'Status', value: `${item.status}${item.errorCode === null ? '' : ` ${item.errorCode}`}` },
    { name: 'Host', value: item.host ?? 'none' },
    { name: 'Client', value: item.clientAddress ?? 'not known', mono: true },
    { name: 'User agent', value: item.userAgent ?? 'not told', mono: true },
    {
      name: 'Shared by',
      value: item.concurrency === null ? 'not known' : `${item.concurrency.toFixed(2)} requests`,
    },
    {
      name: 'Token counts',
      value: item.tokensQuality === 'reported' ? 'as Ollama reported' : (item.tokensQuality ?? 'none'),
    },
    ...parameters,
  ];
}
