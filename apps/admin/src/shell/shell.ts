import { Component, computed, inject, signal } from '@angular/core';
import { NavigationEnd, Router, RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { Connection } from '../data/connection';
import { PriceDay } from '../data/price-day';
import { StatusFeed } from '../data/status-feed';
import { TimeZone } from '../data/time-zone';
import { watts } from '../format/energy';
import { costPerHour, rate, shortRate } from '../format/money';
import { clock } from '../format/time';
import { Session } from '../session/session';
import { Palette } from '../palette/palette';
import { Icon } from '../ui/icon';
import { Logo } from '../ui/logo';
import { MenuButton } from '../ui/menu-button';
import { Navigation } from './navigation';
import { pagesFor } from './pages';
import { COMMAND_KEY } from './command-key';
import { Shortcuts } from './shortcuts';

/** How many pages the bar at the bottom of a phone has room for, beside "More". */
const BAR_PAGES = 4;

/** The frame of every page: navigation, the meter, who is signed in, and whether the gateway answers. */
@Component({
  selector: 'om-shell',
  imports: [
    RouterOutlet,
    RouterLink,
    RouterLinkActive,
    Icon,
    Logo,
    MenuButton,
    Navigation,
    Palette,
    Shortcuts,
  ],
  templateUrl: './shell.html',
  styleUrl: './shell.css',
  host: { '(document:keydown)': 'press($event)' },
})
export class Shell {
  private readonly session = inject(Session);
  private readonly zone = inject(TimeZone).zone;
  protected readonly status = inject(StatusFeed).status;
  private readonly prices = inject(PriceDay);
  protected readonly connection = inject(Connection);

  protected readonly isDrawerOpen = signal(false);
  protected readonly opened = signal<'palette' | 'shortcuts' | null>(null);
  protected readonly commandKey = COMMAND_KEY;
  protected readonly barPages = computed(() => pagesFor(this.session).slice(0, BAR_PAGES));
  protected readonly meter = computed(() => {
    const status = this.status();
    if (status === undefined) return null;
    const price = this.prices.now();
    return {
      power: watts(status.powerWatts),
      perHour: costPerHour(status.powerWatts, status.rateMicrosPerKwh, status.currency),
      rate: `${shortRate(status.rateMicrosPerKwh, status.currency)}/kWh`,
      exactRate: rate(status.rateMicrosPerKwh, status.currency),
      until: price === null ? null : `${price.period} until ${clock(new Date(price.untilMs), this.zone())}`,
    };
  });
  protected readonly lostAt = computed(() => {
    const since = this.connection.lostAt();
    return since === null ? null : clock(since, this.zone());
  });

  constructor() {
    inject(Router).events.subscribe((event) => {
      if (event instanceof NavigationEnd) this.isDrawerOpen.set(false);
    });
  }

  protected closed(which: 'palette' | 'shortcuts'): void {
    this.opened.update((opened) => (opened === which ? null : opened));
  }

  /** Ctrl or Cmd and K jump, a question mark lists the keys; neither out of another dialog. */
  protected press(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    const isCommand = event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey);
    const isInDialog = document.querySelector('dialog:modal') !== null;
    if (isCommand) {
      event.preventDefault();
      if (!isInDialog) this.opened.set('palette');
    } else if (event.key === '?' && !isInDialog && target.closest('input, textarea, select') === null) {
      this.opened.set('shortcuts');
    }
  }
}
