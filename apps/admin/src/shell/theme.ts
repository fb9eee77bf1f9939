import { DOCUMENT, DestroyRef, Service, computed, effect, inject, signal } from '@angular/core';
import { stored } from '../data/stored';

export const THEME_CHOICES = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof THEME_CHOICES)[number];

const CHOICE = stored('theme');

/** Light or dark: the person's choice, else the system's, followed while it changes. */
@Service()
export class Theme {
  private readonly document = inject(DOCUMENT);
  private readonly system = this.document.defaultView?.matchMedia('(prefers-color-scheme: dark)');
  private readonly systemIsDark = signal(this.system?.matches ?? false);

  readonly choice = signal<ThemeChoice>(readChoice());
  readonly isDark = computed(() =>
    this.choice() === 'system' ? this.systemIsDark() : this.choice() === 'dark',
  );

  private readonly onPage = signal<boolean | null>(null);
  /** What the page wears at this moment: changes after `isDark`, when the tokens have changed. */
  readonly applied = this.onPage.asReadonly();

  constructor() {
    const follow = (event: MediaQueryListEvent): void => this.systemIsDark.set(event.matches);
    this.system?.addEventListener('change', follow);
    inject(DestroyRef).onDestroy(() => this.system?.removeEventListener('change', follow));
    effect(() => {
      this.document.documentElement.dataset['theme'] = this.isDark() ? 'dark' : 'light';
      this.onPage.set(this.isDark());
    });
  }

  choose(choice: ThemeChoice): void {
    CHOICE.write(choice === 'system' ? null : choice);
    this.choice.set(choice);
  }
}

function readChoice(): ThemeChoice {
  const read = CHOICE.read();
  return THEME_CHOICES.find((choice) => choice === read) ?? 'system';
}
