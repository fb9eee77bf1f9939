import { Component, booleanAttribute, computed, input, output } from '@angular/core';
import type { SettingItem } from '@ollameter/admin-contract';
import { Icon } from '../ui/icon';
import { settingName } from './setting-names';
import { isSame, settingRange, shownValue, toDraft } from './setting-value';

/** One setting: its name, what it means, and its control; what may not be changed here is only told. */
@Component({
  selector: 'om-setting-row',
  imports: [Icon],
  templateUrl: './setting-row.html',
  styleUrl: './setting-row.css',
  host: { '[class.changed]': 'isChanged()' },
})
export class SettingRow {
  readonly item = input.required<SettingItem>();
  /** What its control holds. */
  readonly draft = input.required<string>();
  readonly isChanged = input(false, { transform: booleanAttribute });
  readonly error = input<string>();
  readonly mayWrite = input(false, { transform: booleanAttribute });
  readonly edited = output<string>();
  /** A stored value that does not count shall go. */
  readonly forgotten = output();

  protected readonly zones = Intl.supportedValuesOf('timeZone');
  protected readonly name = computed(() => settingName(this.item().key));
  protected readonly shown = computed(() => shownValue(this.item().value));
  protected readonly id = computed(() => `setting-${this.item().key}`);
  protected readonly choices = computed(() => {
    const { type, choices, value } = this.item();
    const listed = type === 'zone' ? this.zones : (choices ?? []);
    // A zone may be an alias that the browser does not list.
    return typeof value === 'string' && !listed.includes(value) ? [value, ...listed] : listed;
  });
  protected readonly lines = computed(() => Math.max(2, Math.min(8, this.draft().split('\n').length)));
  protected readonly range = computed(() => settingRange(this.item()));
  protected readonly defaultText = computed(() => shownValue(this.item().default));
  protected readonly isDefault = computed(() => {
    const { source, value, default: initial } = this.item();
    return this.isChanged()
      ? this.draft() === toDraft(initial)
      : source === 'default' || isSame(value, initial);
  });

  protected reset(): void {
    this.edited.emit(toDraft(this.item().default));
  }
}
