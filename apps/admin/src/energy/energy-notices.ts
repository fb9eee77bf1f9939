import { Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { PowerNow, TariffList } from '@ollameter/admin-contract';
import { polled } from '../data/polled';
import { TimeZone } from '../data/time-zone';
import { rate } from '../format/money';
import { clock, shortDay } from '../format/time';
import { Icon } from '../ui/icon';

interface Notice {
  id: string;
  text: string;
  path: string;
  link: string;
}

/** What makes the figures of today less true than they look: silent meters, prices that could not be fetched. */
@Component({
  selector: 'om-energy-notices',
  imports: [Icon, RouterLink],
  template: `
    @for (notice of notices(); track notice.id) {
      <div class="note warn" role="status">
        <om-icon name="warning" />
        <span
          >{{ notice.text }} <a [routerLink]="notice.path">{{ notice.link }}</a></span
        >
      </div>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: var(--sp-2);
    }
    :host:empty {
      display: none;
    }
    @media print {
      :host {
        display: none;
      }
    }
    a {
      color: inherit;
      text-decoration: underline;
    }
    span {
      min-width: 0;
      overflow-wrap: anywhere;
    }
  `,
})
export class EnergyNotices {
  private readonly zone = inject(TimeZone).zone;
  private readonly power = polled<PowerNow>(() => '/api/energy/power', { everyMs: 10_000 }).value;
  private readonly tariffs = polled<TariffList>(() => '/api/tariffs', { everyMs: 60_000 }).value;

  protected readonly notices = computed<Notice[]>(() => [...this.silentMeters(), ...this.prices()]);

  private silentMeters(): Notice[] {
    return (this.power()?.hosts ?? []).flatMap(({ host, reason }) =>
      reason === null
        ? []
        : [{ id: `meter ${host}`, text: `${host}: ${reason}`, path: '/energy/meters', link: 'Meters' }],
    );
  }

  /** Of the tariffs that price something now or later. */
  private prices(): Notice[] {
    const list = this.tariffs();
    const link = { path: '/energy/tariff', link: 'Tariff' };
    const failed = (list?.items ?? []).flatMap(({ id, name, state, prices }) => {
      const fetch = prices?.fetch;
      if (fetch?.error == null || (state !== 'in_force' && state !== 'scheduled')) return [];
      const before = fetch.fetchedAt === null ? 'never yet' : `last at ${this.moment(fetch.fetchedAt)}`;
      const text = `Prices of ${name} could not be fetched (${before}): ${fetch.error}. Tried again at ${this.moment(fetch.nextAt)}.`;
      return [{ id: `fetch ${id}`, text, ...link }];
    });
    const now = list?.now;
    if (now?.period !== 'no price') return failed;
    const text = `No price is known for now: ${rate(now.rateMicrosPerKwh, now.currency)} stands in until ${this.moment(now.until)}.`;
    return [...failed, { id: 'no price', text, ...link }];
  }

  private moment(at: string): string {
    return `${shortDay(at, this.zone())}, ${clock(at, this.zone())}`;
  }
}
