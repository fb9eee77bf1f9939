import { Component, computed, input, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { AuditItem } from '@ollameter/admin-contract';
import { settingName } from '../settings/setting-names';
import { Icon } from '../ui/icon';
import { TimeText } from '../ui/time-text';
import { actionText } from './action-texts';
import { changedFields } from './changed-fields';

const PAGES: Readonly<Record<string, string>> = { user: '/people', key: '/keys', request: '/logs' };

/** One entry of the audit as two rows of its table: who did what to whom, and behind it what changed. */
@Component({
  selector: '[om-audit-entry]',
  imports: [RouterLink, Icon, TimeText],
  templateUrl: './audit-entry.html',
  styleUrl: './audit-entry.css',
})
export class AuditEntry {
  readonly item = input.required<AuditItem>();

  protected readonly isOpen = signal(false);
  protected readonly detailId = computed(() => `entry-${this.item().id}`);
  protected readonly text = computed(() => actionText(this.item().action));
  protected readonly fields = computed(() => changedFields(this.item()));
  protected readonly isBoth = computed(() => this.item().before !== null && this.item().after !== null);
  protected readonly target = computed(() => {
    const { name, id, type } = this.item().target;
    // Settings go by their keys.
    if (type === 'setting' && name !== null) return name.split(', ').map(settingName).join(', ');
    return name ?? id ?? type;
  });
  protected readonly isSelf = computed(() => {
    const { action, actor, target } = this.item();
    return action === 'session.start' && target.id === actor.id;
  });
  /** What was deleted has no page any more. */
  protected readonly link = computed(() => {
    const { target, action } = this.item();
    const page = PAGES[target.type];
    return page === undefined || target.id === null || action.endsWith('.delete') ? null : [page, target.id];
  });
}
