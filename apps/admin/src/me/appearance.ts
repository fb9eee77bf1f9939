import { Component, computed, inject } from '@angular/core';
import { StatusFeed } from '../data/status-feed';
import { TimeZone } from '../data/time-zone';
import { THEME_CHOICES, Theme, type ThemeChoice } from '../shell/theme';
import { FormField } from '../ui/form-field';

const THEMES: Record<ThemeChoice, string> = { system: 'As the system', light: 'Light', dark: 'Dark' };

/** Theme and time zone of this browser; numbers and dates follow the browser's language. */
@Component({
  selector: 'om-appearance',
  imports: [FormField],
  template: `
    <div class="stack">
      <div>
        <span class="label" id="theme-label">Theme</span>
        <div class="seg" role="group" aria-labelledby="theme-label">
          @for (choice of choices; track choice) {
            <button
              type="button"
              [attr.aria-pressed]="choice === theme.choice()"
              (click)="theme.choose(choice)"
            >
              {{ names[choice] }}
            </button>
          }
        </div>
      </div>
      <om-form-field
        label="Times and days in"
        hint="Numbers and dates are written as your browser's language writes them."
      >
        <select #picked class="input" [value]="zones.choice() ?? ''" (change)="choose(picked.value)">
          <option value="">The gateway's zone{{ gatewayZone() }}</option>
          @for (zone of all; track zone) {
            <option [value]="zone" [selected]="zone === zones.choice()">{{ zone }}</option>
          }
        </select>
      </om-form-field>
    </div>
  `,
})
export class Appearance {
  protected readonly theme = inject(Theme);
  protected readonly zones = inject(TimeZone);
  private readonly status = inject(StatusFeed).status;
  protected readonly choices = THEME_CHOICES;
  protected readonly names = THEMES;
  protected readonly all = Intl.supportedValuesOf('timeZone');
  protected readonly gatewayZone = computed(() => {
    const zone = this.status()?.timezone;
    return zone === undefined ? '' : `, ${zone}`;
  });

  protected choose(zone: string): void {
    this.zones.choose(zone === '' ? null : zone);
  }
}
