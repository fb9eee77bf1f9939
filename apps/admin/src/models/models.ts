import { HttpClient } from '@angular/common/http';
import { Component, computed, effect, inject, signal, untracked } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { ModelItem, ModelLeague, ModelList } from '@ollameter/admin-contract';
import { Action } from '../data/action';
import { toFailure } from '../data/failure';
import { polled } from '../data/polled';
import { bytes, count, tokensPerSecond } from '../format/count';
import { Session } from '../session/session';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { EmptyState } from '../ui/empty-state';
import { Icon } from '../ui/icon';
import { MenuButton } from '../ui/menu-button';
import { MoneyText } from '../ui/money-text';
import { Panel } from '../ui/panel';
import { Skeleton } from '../ui/skeleton';
import { ToastList } from '../ui/toast-list';
import { ModelAliases } from './model-aliases';
import { ModelSettingsDialog } from './model-settings-dialog';
import { PullDialog } from './pull-dialog';
import { PullList } from './pull-list';
import { Pulls } from './pulls';

type League = ModelLeague['items'][number];

/** What the hosts hold: pull, load, unload, delete, and how each model did this month. */
@Component({
  selector: 'om-models',
  imports: [
    RouterLink,
    ConfirmDialog,
    EmptyState,
    Icon,
    MenuButton,
    ModelAliases,
    ModelSettingsDialog,
    MoneyText,
    Panel,
    PullDialog,
    PullList,
    Skeleton,
  ],
  templateUrl: './models.html',
})
export class Models {
  private readonly http = inject(HttpClient);
  private readonly session = inject(Session);
  private readonly toasts = inject(ToastList);

  protected readonly format = { bytes, count, tokensPerSecond };
  protected readonly removal = new Action();
  protected readonly mayWrite = computed(() => this.session.may('models:write'));
  protected readonly isMember = computed(() => this.session.user()?.role === 'member');
  protected readonly isPulling = signal(false);
  protected readonly configured = signal<ModelItem | null>(null);
  protected readonly doomed = signal<ModelItem | null>(null);
  protected readonly models = polled<ModelList>(() => '/api/models', { everyMs: 10_000 });
  private readonly league = polled<ModelLeague>(
    () => (this.session.may('energy:read') ? '/api/energy/models?period=month' : undefined),
    { everyMs: 60_000 },
  ).value;

  constructor() {
    const { endedCount } = inject(Pulls);
    effect(() => {
      if (endedCount() > 0) untracked(() => this.models.reload());
    });
  }

  /** This month's figures; where several hosts run the model, of the one that ran it most. */
  protected figuresOf({ name }: ModelItem): League | undefined {
    return this.league()
      ?.items.filter(({ model }) => model === name)
      .sort((a, b) => b.requests - a.requests)[0];
  }

  protected kindOf({ family, parameterSize, quantization }: ModelItem): string {
    return [family, parameterSize, quantization].filter((part) => part !== null).join(' · ');
  }

  protected sizeOf({ hosts }: ModelItem): number | null {
    return hosts[0]?.sizeBytes ?? null;
  }

  protected isLoaded({ hosts }: ModelItem): boolean {
    return hosts.some(({ loaded }) => loaded !== null);
  }

  protected load(model: ModelItem): void {
    this.toasts.show(`${model.name} is being loaded.`);
    this.send(model, 'load', `${model.name} is in memory.`);
  }

  protected unload(model: ModelItem): void {
    this.send(model, 'unload', `${model.name} is unloaded.`);
  }

  protected remove(model: ModelItem): void {
    void this.removal.run(this.http.delete(`/api/models/${encodeURIComponent(model.name)}`), () => {
      this.doomed.set(null);
      this.toasts.show(`${model.name} is deleted.`);
      this.models.reload();
    });
  }

  private send(model: ModelItem, verb: 'load' | 'unload', done: string): void {
    this.http.post(`/api/models/${encodeURIComponent(model.name)}/${verb}`, {}).subscribe({
      next: () => {
        this.toasts.show(done);
        this.models.reload();
      },
      error: (error: unknown) => this.toasts.error(toFailure(error).message),
    });
  }
}
