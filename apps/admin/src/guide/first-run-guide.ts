import { HttpClient } from '@angular/common/http';
import { Component, computed, inject, linkedSignal, output, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { GatewayStatus, KeyWithSecret, LogItem, LogPage, ModelList } from '@ollameter/admin-contract';
import { Action } from '../data/action';
import { GatewayAddress } from '../data/gateway-address';
import { PlaygroundKey } from '../data/playground-key';
import { polled } from '../data/polled';
import { StatusFeed } from '../data/status-feed';
import { count } from '../format/count';
import { duration } from '../format/duration';
import { energy } from '../format/energy';
import { SNIPPET_KINDS, type SnippetKind, masked, snippet } from '../keys/snippets';
import { Session } from '../session/session';
import { CopyButton } from '../ui/copy-button';
import { FailureNote } from '../ui/failure-note';
import { FigureText } from '../ui/figure-text';
import { FormField } from '../ui/form-field';
import { Icon } from '../ui/icon';
import { MoneyText } from '../ui/money-text';
import { SecretText } from '../ui/secret-text';
import { Tabs } from '../ui/tabs';

const WATCH_MS = 2_000;
const FIRST_KEY = 'first-key';

/** From nothing to the first request in the log: is there a model, a key for it, send, and see it arrive. */
@Component({
  selector: 'om-first-run-guide',
  imports: [CopyButton, FailureNote, FigureText, FormField, Icon, MoneyText, RouterLink, SecretText, Tabs],
  templateUrl: './first-run-guide.html',
  styleUrl: './first-run-guide.css',
})
export class FirstRunGuide {
  readonly dismissed = output();

  private readonly http = inject(HttpClient);
  private readonly session = inject(Session);
  private readonly shared = inject(PlaygroundKey);
  private readonly feed = inject(StatusFeed);
  protected readonly baseUrl = inject(GatewayAddress).baseUrl;

  /** Asked oftener than the frame does: somebody is starting Ollama just now. */
  private readonly status = polled<GatewayStatus>(() => '/api/status', { everyMs: WATCH_MS }).value;
  protected readonly hosts = computed(() => (this.status() ?? this.feed.status())?.hosts ?? []);
  protected readonly host = computed(() => {
    const reachable = this.hosts().filter((host) => host.reachable);
    return reachable.find(({ demo }) => !demo) ?? reachable[0] ?? null;
  });
  private readonly installed = polled<ModelList>(
    () => (this.session.may('models:read') ? '/api/models' : undefined),
    { everyMs: WATCH_MS },
  ).value;
  protected readonly model = computed(() => {
    const list = this.installed();
    const chats = list?.items.filter(
      ({ capabilities }) => capabilities === null || capabilities.includes('completion'),
    );
    const preferred = chats?.find(({ name }) => name === list?.defaultModel) ?? chats?.[0];
    return preferred?.name ?? null;
  });

  protected readonly mayMakeKeys = computed(() => this.session.may('keys:write'));
  protected readonly making = new Action();
  protected readonly firstKey = FIRST_KEY;
  protected readonly secret = computed(() => this.shared.secret());
  /** Made here, so it is shown, this once. */
  protected readonly isNew = signal(false);

  protected readonly kinds = SNIPPET_KINDS.filter((kind) => kind !== '.env');
  protected readonly kind = signal<string>('curl');
  protected readonly shown = computed(() => {
    const secret = this.secret();
    return this.text(secret === '' ? '$OLLAMETER_KEY' : masked(secret));
  });
  protected readonly real = computed(() => this.text(this.secret() || '$OLLAMETER_KEY'));

  private readonly latest = polled<LogPage>(() => '/api/logs?pageSize=1&outcome=all', {
    everyMs: WATCH_MS,
  }).value;
  /** The newest row when the guide was opened. */
  private readonly before = linkedSignal<LogPage | undefined, string | null | undefined>({
    source: () => this.latest(),
    computation: (page, previous) =>
      previous?.value === undefined
        ? page === undefined
          ? undefined
          : (page.items[0]?.id ?? null)
        : previous.value,
  });
  /** The first request that came since. */
  protected readonly arrived = computed((): LogItem | null => {
    const [before, newest] = [this.before(), this.latest()?.items[0]];
    return before === undefined || newest === undefined || newest.id === before ? null : newest;
  });

  protected readonly format = { count, duration, energy };

  protected async makeKey(name: string): Promise<void> {
    const request = this.http.post<KeyWithSecret>('/api/keys', { name: name.trim() || FIRST_KEY });
    await this.making.run(request, ({ secret }) => {
      this.shared.secret.set(secret);
      this.isNew.set(true);
    });
  }

  protected useKey(secret: string): void {
    this.isNew.set(false);
    this.shared.secret.set(secret.trim());
  }

  private text(secret: string): string {
    const model = this.model() ?? 'llama3.1:8b';
    return snippet(this.kind() as SnippetKind, { baseUrl: this.baseUrl(), secret, model });
  }
}
