import { HttpClient } from '@angular/common/http';
import { Component, computed, inject, input, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { PriceImportResult, TariffItem, TariffList } from '@ollameter/admin-contract';
import { Action } from '../../data/action';
import { toFailure } from '../../data/failure';
import type { Polled } from '../../data/polled';
import { count } from '../../format/count';
import { rate } from '../../format/money';
import { Session } from '../../session/session';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { Icon } from '../../ui/icon';
import { MenuButton } from '../../ui/menu-button';
import { Panel } from '../../ui/panel';
import { Skeleton } from '../../ui/skeleton';
import { TimeText } from '../../ui/time-text';
import { ToastList } from '../../ui/toast-list';
import { PriceImportDialog } from './price-import-dialog';

const STATE_WORDS: Record<TariffItem['state'], { name: string; chip: string; meaning: string }> = {
  in_force: { name: 'In force', chip: 'ok', meaning: 'prices what is used now' },
  scheduled: { name: 'Scheduled', chip: 'info', meaning: 'begins later' },
  past: { name: 'Past', chip: '', meaning: 'priced what was used then, and stays so' },
  draft: { name: 'For comparison', chip: 'line', meaning: 'prices nothing' },
};
const KIND_WORDS: Record<TariffItem['plan']['kind'], string> = {
  flat: 'one price',
  time_of_use: 'by time of use',
  dynamic: 'dynamic',
};

/** Every version, the newest first; history is not rewritten. */
@Component({
  selector: 'om-tariff-versions',
  imports: [ConfirmDialog, Icon, MenuButton, Panel, PriceImportDialog, RouterLink, Skeleton, TimeText],
  template: `
    <section class="card" aria-label="Versions">
      <header>
        <h2>Versions</h2>
        <span class="meta">a request keeps the version that priced it</span>
      </header>
      <om-panel [source]="list()" label="the versions">
        <div skeleton>
          @for (row of [1, 2]; track row) {
            <div class="ghost-row"><om-skeleton width="11rem" /><om-skeleton width="35%" /></div>
          }
        </div>
        <div class="tscroll" tabindex="0" role="group" aria-label="Versions, table">
          <table class="tbl two cards">
            <thead>
              <tr>
                <th scope="col">Tariff</th>
                <th scope="col">State</th>
                <th scope="col">Valid from</th>
                <th scope="col">Prices</th>
                <th scope="col">Source</th>
                <th scope="col"><span class="sr">Actions</span></th>
              </tr>
            </thead>
            <tbody>
              @for (item of list().value()?.items; track item.id) {
                <tr>
                  <th scope="row" class="name">
                    <span class="med">{{ item.name }}</span>
                    <div class="sub">{{ kinds[item.plan.kind] }}, version {{ item.id }}</div>
                  </th>
                  <td data-label="State">
                    <span [class]="'chip ' + states[item.state].chip" [title]="states[item.state].meaning">{{
                      states[item.state].name
                    }}</span>
                  </td>
                  <td data-label="Valid from">
                    @if (item.validFrom) {
                      @if (isFirst(item)) {
                        <span title="The first version prices all time before it too">the beginning</span>
                      } @else {
                        <om-time [at]="item.validFrom" />
                      }
                    } @else {
                      <span class="muted">not in force</span>
                    }
                  </td>
                  <td data-label="Prices">
                    <div>
                      {{ rangeOf(item) }}
                      @if (item.prices; as prices) {
                        <div class="sub">
                          {{ format.count(prices.count) }} known
                          @if (prices.until) {
                            until <om-time [at]="prices.until" />
                          }
                        </div>
                        @if (prices.fetch?.error; as error) {
                          <div class="field-error">{{ error }}</div>
                        }
                      }
                    </div>
                  </td>
                  <td class="fill" data-label="Source" [title]="item.source ?? ''">
                    {{ item.source ?? (item.origin === 'environment' ? 'ELECTRICITY_RATE' : '–') }}
                    <div class="sub">{{ item.sourceDate }}</div>
                  </td>
                  <td class="tools">
                    @if (mayWrite()) {
                      <om-menu-button [label]="'More for ' + item.name" icon="more" bare ghost>
                        <a routerLink="/energy/tariff/new" [queryParams]="{ from: item.id }"
                          ><om-icon name="copy" />New version from this</a
                        >
                        @if (isOpen(item)) {
                          <a [routerLink]="['/energy/tariff', item.id]"><om-icon name="edit" />Edit</a>
                        }
                        @if (item.plan.kind === 'dynamic') {
                          <button type="button" (click)="importing.set(item)">
                            <om-icon name="download" />Import prices
                          </button>
                          @if (item.plan.priceUrl) {
                            <button type="button" (click)="fetchPrices(item)">
                              <om-icon name="refresh" />Fetch prices now
                            </button>
                          }
                        }
                        @if (isOpen(item)) {
                          <hr />
                          <button type="button" class="danger" (click)="doomed.set(item)">
                            <om-icon name="trash" />Delete
                          </button>
                        }
                      </om-menu-button>
                    }
                  </td>
                </tr>
              }
            </tbody>
          </table>
        </div>
      </om-panel>
    </section>
    @if (importing(); as item) {
      <om-price-import-dialog [tariff]="item" (imported)="list().reload()" (closed)="importing.set(null)" />
    }
    @if (doomed(); as item) {
      <om-confirm-dialog
        [heading]="'Delete ' + item.name + '?'"
        action="Delete tariff"
        [failure]="removal.failure()"
        [isBusy]="removal.isBusy()"
        (confirmed)="remove(item)"
        (closed)="doomed.set(null)"
      >
        <p class="soft">It has priced nothing yet. Its figures and imported prices are gone for good.</p>
      </om-confirm-dialog>
    }
  `,
  styles: `
    :host {
      display: block;
    }
    .tscroll {
      margin-top: var(--sp-2);
    }
  `,
})
export class TariffVersions {
  readonly list = input.required<Polled<TariffList>>();

  private readonly http = inject(HttpClient);
  private readonly session = inject(Session);
  private readonly toasts = inject(ToastList);
  protected readonly states = STATE_WORDS;
  protected readonly kinds = KIND_WORDS;
  protected readonly format = { count };
  protected readonly mayWrite = computed(() => this.session.may('energy:write'));
  protected readonly removal = new Action();
  protected readonly importing = signal<TariffItem | null>(null);
  protected readonly doomed = signal<TariffItem | null>(null);

  protected isOpen({ state }: TariffItem): boolean {
    return state === 'draft' || state === 'scheduled';
  }

  protected isFirst(item: TariffItem): boolean {
    const valid = this.list()
      .value()
      ?.items.filter(({ validFrom }) => validFrom !== null);
    return valid?.at(-1)?.id === item.id;
  }

  protected rangeOf({ plan, currency }: TariffItem): string {
    if (plan.kind === 'flat') return rate(plan.rateMicrosPerKwh, currency);
    if (plan.kind === 'dynamic') return `else ${rate(plan.fallbackRateMicrosPerKwh, currency)}`;
    const rates = plan.seasons.flatMap(({ rateMicrosPerKwh }) => Object.values(rateMicrosPerKwh));
    return `${rate(Math.min(...rates), currency).replace('/kWh', '')} to ${rate(Math.max(...rates), currency)}`;
  }

  protected fetchPrices({ id, name }: TariffItem): void {
    this.toasts.show(`Prices of ${name} are being fetched.`);
    this.http.post<PriceImportResult>(`/api/tariffs/${id}/prices/fetch`, {}).subscribe({
      next: ({ stored }) => {
        this.toasts.show(`${count(stored)} prices of ${name} are stored.`);
        this.list().reload();
      },
      error: (error: unknown) => this.toasts.error(toFailure(error).message),
    });
  }

  protected remove({ id, name }: TariffItem): void {
    void this.removal.run(this.http.delete(`/api/tariffs/${id}`), () => {
      this.doomed.set(null);
      this.toasts.show(`${name} is deleted.`);
      this.list().reload();
    });
  }
}
