import { Component, computed, inject, input } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import type { UserItem, UserList } from '@ollameter/admin-contract';
import { polled } from '../data/polled';
import { count } from '../format/count';
import { Session } from '../session/session';
import { EmptyState } from '../ui/empty-state';
import { Icon } from '../ui/icon';
import { Panel } from '../ui/panel';
import { SearchField } from '../ui/search-field';
import { Skeleton } from '../ui/skeleton';
import { TimeText } from '../ui/time-text';
import { PersonDialogs } from './person-dialogs';
import { PersonMenu } from './person-menu';
import { personState } from './person-state';
import { ROLE_TEXTS } from './role-texts';

/** Who may sign in to the portal, and as what. */
@Component({
  selector: 'om-people',
  imports: [RouterLink, EmptyState, Icon, Panel, PersonDialogs, PersonMenu, SearchField, Skeleton, TimeText],
  templateUrl: './people.html',
})
export class People {
  /** From the address. */
  readonly q = input<string>();

  private readonly router = inject(Router);
  protected readonly me = inject(Session).user;
  protected readonly roles = ROLE_TEXTS;
  protected readonly stateOf = personState;
  protected readonly people = polled<UserList>(() => '/api/users');
  protected readonly shown = computed(() => {
    const words = (this.q() ?? '').toLowerCase();
    return (
      this.people
        .value()
        ?.items.filter(({ email, name, role }) =>
          `${email} ${name ?? ''} ${role}`.toLowerCase().includes(words),
        ) ?? []
    );
  });
  protected readonly summary = computed(() => {
    const items = this.people.value()?.items ?? [];
    const disabled = items.filter(({ disabledAt }) => disabledAt !== null).length;
    const people = items.length === 1 ? '1 person' : `${count(items.length)} people`;
    return disabled === 0 ? people : `${people}, ${count(disabled)} disabled`;
  });

  protected nameOf({ name, email }: UserItem): string {
    return name ?? email;
  }

  protected filter(q: string | null): void {
    void this.router.navigate([], { queryParams: { q: q === '' ? null : q }, replaceUrl: true });
  }
}
