import { Component, computed, inject, input } from '@angular/core';
import type { LogDetail, RequestEnergy } from '@ollameter/admin-contract';
import { polled } from '../data/polled';
import { StatusFeed } from '../data/status-feed';
import { energy } from '../format/energy';
import { exactMoney, rate } from '../format/money';
import { ENERGY_QUALITY_WORDS } from '../format/outcome';
import { FailureNote } from '../ui/failure-note';
import { MoneyText } from '../ui/money-text';
import { EnergySlices } from './energy-slices';

const SCOPE_WORDS: Record<string, string> = {
  wall: 'at the wall',
  soc: 'of the whole chip',
  gpu: 'of the GPU only',
  cpu: 'of the CPU only',
  constant: 'not measured',
};

/** Energy and cost as a formula with its numbers. */
@Component({
  selector: 'om-request-cost',
  imports: [EnergySlices, FailureNote, MoneyText],
  template: `
    <section class="card" aria-label="Why it cost that">
      <header>
        <h2>Why it cost <om-money [amount]="item().cost" [currency]="item().currency" column /></h2>
        <span class="chip" [class]="'chip ' + words().tone">{{ words().name }}</span>
      </header>
      <div class="body parts" [class.two]="slices()">
        @if (formula(); as sum) {
          <div class="stack">
            @if (byRate().length > 1) {
              <div class="code formula">
                @for (part of byRate(); track part.rate) {
                  <p>
                    <span class="sign muted">{{ $first ? '' : '+' }}</span> {{ part.energy }}
                    <span class="muted">×</span> {{ part.rate }}
                  </p>
                }
                <p>
                  <span class="muted">=</span> <b>{{ sum.cost }}</b>
                </p>
              </div>
            } @else {
              <p class="code formula">
                {{ sum.energy }} <span class="muted">×</span> {{ sum.rate }} <span class="muted">=</span>
                <b>{{ sum.cost }}</b>
              </p>
            }
            <p class="soft">{{ sum.sentence }}</p>
            @if (source(); as text) {
              <p class="muted">{{ text }}</p>
            }
            <om-failure [of]="energy.failure()" />
          </div>
          @if (slices(); as detail) {
            <om-energy-slices [energy]="detail" [currency]="gatewayCurrency()" />
          }
        } @else if (item().energyQuality === 'pending') {
          <p class="soft">
            Not settled yet: the energy is known some seconds after the answer, and this page shows it then.
          </p>
        } @else {
          <p class="soft">It did not reach a model, so it cost no energy.</p>
        }
      </div>
    </section>
  `,
  styles: `
    :host {
      display: contents;
    }
    .formula b,
    .formula .muted {
      margin-left: 0.35em;
    }
    .formula .muted {
      margin-right: 0.35em;
    }
    .sign {
      display: inline-block;
      min-width: 0.75em;
    }
    .parts {
      display: grid;
      gap: var(--sp-4) var(--sp-5);
      grid-template-columns: minmax(0, 1fr);
      align-items: start;
    }
    @media (min-width: 1600px) {
      .parts.two {
        grid-template-columns: minmax(0, 5fr) minmax(0, 8fr);
      }
    }
    h2 om-money {
      margin-left: 0.2em;
    }
    .formula {
      white-space: normal;
      font-size: var(--text-sm);
    }
  `,
})
export class RequestCost {
  readonly item = input.required<LogDetail>();

  protected readonly gatewayCurrency = inject(StatusFeed).currency;
  protected readonly words = computed(() => ENERGY_QUALITY_WORDS[this.item().energyQuality]);
  /** Asked for once it is settled; nothing of it changes after that. */
  protected readonly energy = polled<RequestEnergy>(
    () => {
      const { id, energyPj, energyQuality } = this.item();
      const isCharged = energyPj !== null && energyPj !== '0' && energyQuality !== 'pending';
      return isCharged ? `/api/logs/${encodeURIComponent(id)}/energy` : undefined;
    },
    { everyMs: 0, keepsOld: false },
  );
  protected readonly slices = computed(() => {
    const detail = this.energy.value();
    return detail === undefined || detail.slices.length === 0 ? null : detail;
  });
  /** One line for each price that it ran through. */
  protected readonly byRate = computed(() => {
    const sums = new Map<number, { currency: string; wh: number }>();
    for (const { rateMicrosPerKwh, energyWh, currency } of this.slices()?.slices ?? [])
      sums.set(rateMicrosPerKwh, { currency, wh: (sums.get(rateMicrosPerKwh)?.wh ?? 0) + energyWh });
    return [...sums].map(([micros, { currency, wh }]) => ({
      energy: energy(wh).exact,
      rate: rate(micros, currency),
    }));
  });
  protected readonly source = computed(() => {
    const detail = this.energy.value();
    if (detail === undefined) return null;
    const scope = detail.scope === null ? '' : `, ${SCOPE_WORDS[detail.scope] ?? detail.scope}`;
    return detail.source === null ? null : `Power: ${detail.source}${scope}.`;
  });
  protected readonly formula = computed(() => {
    const { energyWh, energyPj, cost, costNumerator, currency, concurrency, tariffVersion } = this.item();
    if (energyWh === null || energyPj === null || energyPj === '0') return null;
    const unit = currency ?? this.gatewayCurrency();
    const micros = costNumerator === null ? null : Number(BigInt(costNumerator) / BigInt(energyPj));
    const version = tariffVersion === null ? '' : `, tariff version ${tariffVersion}`;
    return {
      energy: energy(energyWh).exact,
      rate: micros === null ? 'unknown price' : rate(micros, unit),
      cost: exactMoney(cost, unit),
      sentence: `Energy ${this.words().meaning}${version}. ${sharing(concurrency)}`,
    };
  });
}

function sharing(concurrency: number | null): string {
  if (concurrency === null) return '';
  if (concurrency < 1.005)
    return 'It had the machine for itself, so it pays for all that was drawn while it ran.';
  const others = (concurrency - 1).toLocaleString(undefined, { maximumFractionDigits: 1 });
  return `It shared the machine with ${others} other ${others === '1' ? 'request' : 'requests'} on average, and pays its part. Waiting in the queue costs nothing.`;
}
