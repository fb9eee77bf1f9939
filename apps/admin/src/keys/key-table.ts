import { Component, booleanAttribute, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { KeyItem } from '@ollameter/admin-contract';
import { StatusFeed } from '../data/status-feed';
import { Session } from '../session/session';
import { Icon } from '../ui/icon';
import { MenuButton } from '../ui/menu-button';
import { TimeText } from '../ui/time-text';
import { UseBar } from '../ui/use-bar';
import type { KeyDialogs } from './key-dialogs';
import { type UsedLimit, keyMark, usedLimits } from '../limits/limits-text';

/** Keys, one a row, with what is used of their limits and what may be done with them. */
@Component({
  selector: 'om-key-table',
  imports: [RouterLink, Icon, MenuButton, TimeText, UseBar],
  templateUrl: './key-table.html',
})
export class KeyTable {
  readonly keys = input.required<readonly KeyItem[]>();
  readonly dialogs = input.required<KeyDialogs>();
  /** All of one person, who needs not be named on each. */
  readonly isOwn = input(false, { transform: booleanAttribute });

  private readonly currency = inject(StatusFeed).currency;
  private readonly session = inject(Session);
  protected readonly mayWrite = computed(() => this.session.may('keys:write'));

  /** The tightest rate and the tightest budget: those are what a person has to know. */
  protected barsOf(key: KeyItem): { rate: UsedLimit | undefined; budget: UsedLimit | undefined } {
    const limits = usedLimits(key.limitsUse, this.currency()).sort((a, b) => b.share - a.share);
    return {
      rate: limits.find(({ isBudget }) => !isBudget),
      budget: limits.find(({ isBudget }) => isBudget),
    };
  }

  protected mayChange(key: KeyItem): boolean {
    return this.session.mayChange(key);
  }

  protected markOf(key: KeyItem): ReturnType<typeof keyMark> {
    return keyMark(key);
  }
}
