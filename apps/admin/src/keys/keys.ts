import { Component, afterRenderEffect, computed, inject, input, untracked, viewChild } from '@angular/core';
import { Router } from '@angular/router';
import type { KeyPage, KeyState } from '@ollameter/admin-contract';
import { polled } from '../data/polled';
import { Session } from '../session/session';
import { EmptyState } from '../ui/empty-state';
import { Icon } from '../ui/icon';
import { Pagination } from '../ui/pagination';
import { Panel } from '../ui/panel';
import { SearchField } from '../ui/search-field';
import { Skeleton } from '../ui/skeleton';
import { KeyDialogs } from './key-dialogs';
import { KeyTable } from './key-table';

const PAGE_SIZE = '50';
const REFRESH_MS = 10_000;

/** Every key with what is used of its limits. */
@Component({
  selector: 'om-keys',
  imports: [EmptyState, Icon, KeyDialogs, KeyTable, Pagination, Panel, SearchField, Skeleton],
  templateUrl: './keys.html',
})
export class Keys {
  /** All of them from the address. */
  readonly q = input<string>();
  readonly state = input<KeyState>();
  readonly page = input<string>();
  /** Set: a key is to be made. */
  readonly create = input<string>();

  private readonly router = inject(Router);
  private readonly session = inject(Session);

  protected readonly states: readonly { name: string; state: KeyState | null }[] = [
    { name: 'All', state: null },
    { name: 'Active', state: 'active' },
    { name: 'Expired', state: 'expired' },
    { name: 'Owner disabled', state: 'suspended' },
    { name: 'Revoked', state: 'revoked' },
  ];
  private readonly keyDialogs = viewChild.required(KeyDialogs);
  protected readonly mayWrite = computed(() => this.session.may('keys:write'));
  protected readonly keys = polled<KeyPage>(
    () => {
      const query = new URLSearchParams({ page: this.page() ?? '1', pageSize: PAGE_SIZE });
      const [q, state] = [this.q(), this.state()];
      if (q) query.set('q', q);
      if (state) query.set('state', state);
      return `/api/keys?${query.toString()}`;
    },
    { everyMs: REFRESH_MS },
  );

  constructor() {
    afterRenderEffect(() => {
      if (this.create() === undefined || !this.mayWrite()) return;
      untracked(() => this.keyDialogs().create());
      void this.router.navigate([], {
        queryParams: { create: null },
        queryParamsHandling: 'merge',
        replaceUrl: true,
      });
    });
  }

  protected filter(change: { q?: string | null; state?: KeyState | null; page?: number }): void {
    const queryParams = { page: null, ...change, ...(change.q === '' ? { q: null } : {}) };
    void this.router.navigate([], { queryParams, queryParamsHandling: 'merge', replaceUrl: true });
  }
}
