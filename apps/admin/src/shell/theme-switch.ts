import { Component, inject } from '@angular/core';
import { Icon, type IconName } from '../ui/icon';
import { MenuButton } from '../ui/menu-button';
import { THEME_CHOICES, Theme, type ThemeChoice } from './theme';

const FACES: Record<ThemeChoice, { icon: IconName; name: string }> = {
  system: { icon: 'system', name: 'As the system' },
  light: { icon: 'sun', name: 'Light' },
  dark: { icon: 'moon', name: 'Dark' },
};

@Component({
  selector: 'om-theme-switch',
  imports: [Icon, MenuButton],
  template: `
    <om-menu-button label="Theme" [icon]="theme.isDark() ? 'moon' : 'sun'" bare ghost>
      @for (choice of choices; track choice) {
        <button type="button" [attr.aria-pressed]="choice === theme.choice()" (click)="theme.choose(choice)">
          <om-icon [name]="faces[choice].icon" /><span class="grow">{{ faces[choice].name }}</span>
          @if (choice === theme.choice()) {
            <om-icon name="check" />
          }
        </button>
      }
    </om-menu-button>
  `,
})
export class ThemeSwitch {
  protected readonly theme = inject(Theme);
  protected readonly choices = THEME_CHOICES;
  protected readonly faces = FACES;
}
