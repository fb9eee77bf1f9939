import { HttpClient } from '@angular/common/http';
import { Component, computed, inject, input, linkedSignal, signal } from '@angular/core';
import { Router } from '@angular/router';
import type { SettingItem, SettingList, SettingsChange, SharedLimits } from '@ollameter/admin-contract';
import { Action } from '../data/action';
import { polled } from '../data/polled';
import { StatusFeed } from '../data/status-feed';
import { count } from '../format/count';
import { LimitsCard } from '../limits/limits-card';
import { Session } from '../session/session';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { EmptyState } from '../ui/empty-state';
import { FailureNote } from '../ui/failure-note';
import { Icon } from '../ui/icon';
import { Panel } from '../ui/panel';
import { SearchField } from '../ui/search-field';
import { Skeleton } from '../ui/skeleton';
import { ToastList } from '../ui/toast-list';
import { RedactionTrial } from './redaction-trial';
import { GROUPS, settingName } from './setting-names';
import { SettingRow } from './setting-row';
import { fromDraft, isSame, toDraft } from './setting-value';

const NO_NUMBER = 'must be a number';

/** What the gateway is set to: what may be changed here, and what the environment sets. */
@Component({
  selector: 'om-settings',
  imports: [
    ConfirmDialog,
    EmptyState,
    FailureNote,
    Icon,
    LimitsCard,
    Panel,
    RedactionTrial,
    SearchField,
    SettingRow,
    Skeleton,
  ],
  templateUrl: './settings.html',
  styleUrl: './settings.css',
  host: { '(window:beforeunload)': 'warn($event)' },
})
export class Settings {
  /** Both from the address. */
  readonly group = input<string>();
  readonly q = input<string>();

  private readonly http = inject(HttpClient);
  private readonly router = inject(Router);
  private readonly session = inject(Session);
  private readonly status = inject(StatusFeed).feed;
  private readonly toasts = inject(ToastList);

  protected readonly groups = GROUPS;
  protected readonly action = new Action();
  protected readonly mayWrite = computed(() => this.session.may('settings:write'));
  protected readonly settings = polled<SettingList>(() => '/api/settings', { everyMs: 0 });
  protected readonly shared = polled<SharedLimits>(() =>
    this.current()?.group === 'queue' ? '/api/limits/all' : undefined,
  );
  /** The answer to the last save is newer than what was asked for. */
  private readonly list = linkedSignal(() => this.settings.value());
  private readonly drafts = signal<Readonly<Record<string, string>>>({});
  /** Resolves the question of a page that wants to go. */
  protected readonly leaving = signal<((mayLeave: boolean) => void) | null>(null);

  protected readonly restartPending = computed(() => this.list()?.restartPending ?? false);
  /** What is stored and does not count, of every group: the reason stands at its field. */
  protected readonly faulty = computed(() => this.list()?.items.filter(({ fault }) => fault !== null) ?? []);
  protected readonly nameOf = settingName;
  protected readonly current = computed(
    () => GROUPS.find(({ group }) => group === this.group()) ?? GROUPS[0],
  );
  protected readonly sections = computed(() => {
    const words = (this.q() ?? '').toLowerCase();
    const items = this.list()?.items ?? [];
    const matches = ({ key, variable, description }: SettingItem) =>
      `${settingName(key)} ${variable} ${description}`.toLowerCase().includes(words);
    return GROUPS.filter(({ group }) => words !== '' || group === this.current()?.group)
      .map((section) => ({
        ...section,
        items: items.filter((item) => item.group === section.group && matches(item)),
      }))
      .filter(({ items: found }) => found.length > 0);
  });
  /** What differs from what the gateway has, by key; undefined where the text is no such value. */
  protected readonly changes = computed(() =>
    Object.fromEntries(
      (this.list()?.items ?? []).flatMap((item) => {
        const draft = this.drafts()[item.key];
        if (draft === undefined || draft === toDraft(item.value)) return [];
        const value = fromDraft(item, draft);
        return isSame(value, item.value) ? [] : [[item.key, value] as const];
      }),
    ),
  );
  protected readonly changeCount = computed(() => Object.keys(this.changes()).length);
  protected readonly countText = computed(() =>
    this.changeCount() === 1 ? '1 change is not saved' : `${count(this.changeCount())} changes are not saved`,
  );
  protected readonly errors = computed((): Readonly<Record<string, string>> => ({
    ...this.action.failure()?.fields,
    ...Object.fromEntries(
      Object.entries(this.changes())
        .filter(([, value]) => value === undefined)
        .map(([key]) => [key, NO_NUMBER]),
    ),
  }));
  /** What no row can show. */
  protected readonly refusal = computed(() => {
    const failure = this.action.failure();
    const isShown = this.list()?.items.some(({ key }) => failure?.fields[key] !== undefined);
    return isShown === true ? null : failure;
  });

  /** For the router: asks before unsaved changes are dropped. */
  mayLeave(): boolean | Promise<boolean> {
    if (this.changeCount() === 0) return true;
    return new Promise((resolve) => this.leaving.set(resolve));
  }

  protected warn(event: BeforeUnloadEvent): void {
    if (this.changeCount() > 0) event.preventDefault();
  }

  protected answer(mayLeave: boolean): void {
    this.leaving()?.(mayLeave);
    this.leaving.set(null);
  }

  protected draftOf(item: SettingItem): string {
    return this.drafts()[item.key] ?? toDraft(item.value);
  }

  /** Of another setting, for a row that needs both. */
  protected draftFor(key: string): string {
    const item = this.list()?.items.find((each) => each.key === key);
    return item === undefined ? '' : this.draftOf(item);
  }

  protected edit({ key }: SettingItem, draft: string): void {
    this.drafts.update((drafts) => ({ ...drafts, [key]: draft }));
  }

  protected discard(): void {
    this.drafts.set({});
    this.action.reset();
  }

  protected save(): void {
    const items = this.list()?.items ?? [];
    const changes = Object.entries(this.changes());
    if (changes.some(([, value]) => value === undefined)) return;
    // Back to the default is not the same as the default's value: that one would stay when the default changes.
    const body = Object.fromEntries(
      changes.map(([key, value = null]) => {
        const item = items.find((each) => each.key === key);
        return [key, item !== undefined && isSame(value, item.default) ? null : value];
      }),
    ) satisfies SettingsChange;
    this.send(body, changes.length === 1 ? 'The change is saved.' : 'The changes are saved.', () =>
      this.drafts.set({}),
    );
  }

  /** Drops a stored value that does not count anyway. */
  protected forget({ key }: SettingItem): void {
    this.send({ [key]: null }, `What was stored for ${settingName(key)} is gone.`);
  }

  protected open(group: string): void {
    this.navigate({ group, q: null });
  }

  protected search(q: string): void {
    this.navigate({ q: q === '' ? null : q });
  }

  private send(body: SettingsChange, text: string, done: () => void = () => undefined): void {
    void this.action.run(this.http.patch<SettingList>('/api/settings', body), (list) => {
      this.list.set(list);
      done();
      this.toasts.show(text);
      // Zone and currency stand in the frame.
      this.status.reload();
    });
  }

  private navigate(queryParams: Record<string, string | null>): void {
    void this.router.navigate([], { queryParams, queryParamsHandling: 'merge', replaceUrl: true });
  }
}
