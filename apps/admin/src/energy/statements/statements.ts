import { Component, DOCUMENT, computed, inject, input } from '@angular/core';
import { Router } from '@angular/router';
import type { EnergyAmount, EnergyStatement, StatementShare } from '@ollameter/admin-contract';
import { AnalyticsQuery } from '../../data/analytics-query';
import { Clock } from '../../data/clock';
import { polled } from '../../data/polled';
import { TimeZone } from '../../data/time-zone';
import { count } from '../../format/count';
import { energy } from '../../format/energy';
import { clock, offset, shortDay } from '../../format/time';
import { EmptyState } from '../../ui/empty-state';
import { FigureText } from '../../ui/figure-text';
import { Icon } from '../../ui/icon';
import { MenuButton } from '../../ui/menu-button';
import { MoneyText } from '../../ui/money-text';
import { Panel } from '../../ui/panel';
import { Skeleton } from '../../ui/skeleton';
import { KINDS } from '../kinds';
import { recentMonths } from './statement-months';

const MONTHS = 24;
/** Stands for keys that belong to nobody. */
const NOBODY = '-';

interface Line extends StatementShare {
  id: string;
  name: string;
  sub: string;
}

/** A month's bill to print: of everybody, by key or by person, or of one of them. It adds up to the meter. */
@Component({
  selector: 'om-statements',
  imports: [EmptyState, FigureText, Icon, MenuButton, MoneyText, Panel, Skeleton],
  templateUrl: './statements.html',
  styleUrl: './statements.css',
})
export class Statements {
  /** From the address: `2026-11`; the running month where left out. */
  readonly month = input<string>();
  /** `person` or `key`. */
  readonly by = input<string>();
  /** Of one key or person; everybody where left out. */
  readonly of = input<string>();

  private readonly router = inject(Router);
  private readonly query = inject(AnalyticsQuery);
  private readonly nowMs = inject(Clock).nowMs;
  private readonly zone = inject(TimeZone).zone;
  private readonly window = inject(DOCUMENT).defaultView;

  protected readonly kinds = KINDS.filter(({ kind }) => kind !== 'request');
  protected readonly format = { count, energy };
  protected readonly months = computed(() => recentMonths(this.nowMs(), this.zone(), MONTHS));
  protected readonly chosenMonth = computed(() => this.month() ?? this.months()[0]?.id ?? '');
  protected readonly isByPerson = computed(() => this.by() === 'person');

  private readonly params = computed(() => {
    const common = this.query.common();
    return common === undefined ? undefined : { ...common, month: this.chosenMonth() };
  });
  protected readonly statement = polled<EnergyStatement>(
    () => {
      const params = this.params();
      return params === undefined ? undefined : { url: '/api/energy/statement', params };
    },
    { everyMs: 60_000, keepsOld: false },
  );
  protected readonly exportUrl = computed(
    () => `/api/energy/statement/export?${new URLSearchParams(this.params() ?? {}).toString()}`,
  );
  protected readonly lines = computed<Line[]>(() => {
    const statement = this.statement.value();
    if (statement === undefined) return [];
    return this.isByPerson()
      ? statement.people.map((person) => ({
          ...person,
          id: person.ownerId ?? NOBODY,
          name: person.ownerName ?? 'Keys of nobody',
          sub: person.keys === 1 ? '1 key' : `${person.keys} keys`,
        }))
      : statement.lines.map((line) => ({
          ...line,
          id: line.keyId ?? NOBODY,
          name: line.keyName,
          sub: line.ownerName ?? '',
        }));
  });
  /** The one whose statement it is; undefined for everybody's. */
  protected readonly one = computed(() => this.lines().find(({ id }) => id === this.of()));
  protected readonly shown = computed(() => {
    const one = this.one();
    return one === undefined ? this.lines() : [one];
  });
  protected readonly heading = computed(() => {
    const name = this.months().find(({ id }) => id === this.chosenMonth())?.name ?? this.chosenMonth();
    const one = this.one();
    return one === undefined ? `Electricity of ${name}` : `Electricity of ${one.name}, ${name}`;
  });
  protected readonly facts = computed(() => {
    const statement = this.statement.value();
    if (statement === undefined) return null;
    const zone = statement.period.timezone;
    return {
      period: `${minute(statement.period.from, zone)} to ${minute(statement.period.to, zone)}, ${zone}`,
      issued: minute(statement.issuedAt, zone),
      tariffs: statement.tariffs.map(({ id, name, from, source, sourceDate }, index) => ({
        id,
        text: [index === 0 ? name : `${name}, from ${shortDay(from, zone, true)}`, source, sourceDate]
          .filter((part) => part !== null && part !== '')
          .join(', '),
      })),
    };
  });

  protected amountOf(statement: EnergyStatement, kind: (typeof KINDS)[number]['kind']): EnergyAmount {
    return statement.byKind[kind];
  }

  protected choose(change: { month?: string; by?: string | null; of?: string | null }): void {
    void this.router.navigate(['/energy/statements'], {
      queryParams: change,
      queryParamsHandling: 'merge',
    });
  }

  protected print(): void {
    this.window?.print();
  }
}

/** `1 Nov 2026, 00:00 −07:00`. */
function minute(at: string, zone: string): string {
  return `${shortDay(at, zone, true)}, ${clock(at, zone)} ${offset(at, zone)}`;
}
