import { Component, computed, inject, input } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import type { AuditPage, UserList } from '@ollameter/admin-contract';
import { dayAfter } from '../data/analytics-query';
import { polled } from '../data/polled';
import { TimeZone } from '../data/time-zone';
import { Session } from '../session/session';
import { EmptyState } from '../ui/empty-state';
import { Icon } from '../ui/icon';
import { MenuButton } from '../ui/menu-button';
import { Panel } from '../ui/panel';
import { SearchField } from '../ui/search-field';
import { Skeleton } from '../ui/skeleton';
import { ACTION_CHOICES } from './action-texts';
import { AuditEntry } from './audit-entry';

const PAGE_SIZE = '50';
/** Those who act without an account. */
const OTHERS = ['ADMIN_TOKEN', 'system'];

/** Who changed or opened what, and when; every filter stands in the address. */
@Component({
  selector: 'om-audit',
  imports: [AuditEntry, EmptyState, Icon, MenuButton, Panel, RouterLink, SearchField, Skeleton],
  templateUrl: './audit.html',
  styleUrl: './audit.css',
})
export class Audit {
  /** All from the address; `to` is the last day that counts. */
  readonly q = input<string>();
  readonly actor = input<string>();
  readonly action = input<string>();
  readonly target = input<string>();
  readonly from = input<string>();
  readonly to = input<string>();
  readonly cursor = input<string>();

  private readonly router = inject(Router);
  private readonly session = inject(Session);
  private readonly zone = inject(TimeZone).zone;

  protected readonly choices = ACTION_CHOICES;
  private readonly people = polled<UserList>(
    () => (this.session.may('users:manage') ? '/api/users' : undefined),
    { everyMs: 0 },
  ).value;
  protected readonly actors = computed(() => {
    const known = [...(this.people()?.items.map(({ email }) => email) ?? []), ...OTHERS];
    const chosen = this.actor();
    return chosen === undefined || known.includes(chosen) ? known : [chosen, ...known];
  });
  protected readonly actions = computed(() => {
    const chosen = this.action();
    const isKnown = chosen === undefined || this.choices.some(([action]) => action === chosen);
    return isKnown ? this.choices : [[chosen, chosen] as const, ...this.choices];
  });
  private readonly filter = computed(() => {
    const [from, to] = [this.from(), this.to()];
    return given({
      q: this.q(),
      actor: this.actor(),
      action: this.action(),
      target: this.target(),
      from,
      to: to === undefined ? undefined : dayAfter(to),
      timezone: from === undefined && to === undefined ? undefined : this.zone(),
    });
  });
  protected readonly isFiltered = computed(() => Object.keys(this.filter()).length > 0);
  protected readonly entries = polled<AuditPage>(
    () => ({
      url: '/api/audit',
      params: { ...this.filter(), ...given({ cursor: this.cursor() }), pageSize: PAGE_SIZE },
    }),
    // Nothing moves under the reader.
    { everyMs: 0 },
  );
  protected readonly exports = computed(() =>
    ['csv', 'json'].map((format) => ({
      format,
      url: `/api/audit/export?${new URLSearchParams({ ...this.filter(), format }).toString()}`,
    })),
  );

  /** Empty takes a filter away; either way the newest entries come first again. */
  protected change(change: Record<string, string>): void {
    const queryParams = {
      cursor: null,
      ...Object.fromEntries(
        Object.entries(change).map(([name, value]) => [name, value === '' ? null : value]),
      ),
    };
    void this.router.navigate([], { queryParams, queryParamsHandling: 'merge' });
  }

  protected clear(): void {
    void this.router.navigate([], { queryParams: {} });
  }
}

function given(params: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
    ),
  );
}
