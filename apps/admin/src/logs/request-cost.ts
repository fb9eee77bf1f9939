import { Component, computed, inject, input } from '@angular/core';
import type { LogDetail } from '@ollameter/admin-contract';
import { StatusFeed } from '../data/status-feed';
import { energy } from '../format/energy';
import { exactMoney, rate } from '../format/money';
import { ENERGY_QUALITY_WORDS } from '../format/outcome';
import { MoneyText } from '../ui/money-text';

/** Energy and cost as a formula with its numbers. */
@Component({
  selector: 'om-request-cost',
  imports: [MoneyText],
  template: `
    <section class="card" aria-label="Why it cost that">
      <header>
        <h2>Why it cost <om-money [amount]="item().cost" [currency]="item().currency" column /></h2>
        <span class="chip" [class]="'chip ' + words().tone">{{ words().name }}</span>
      </header>
      <div class="body stack">
        @if (formula(); as sum) {
          <p class="code formula">
            {{ sum.energy }} <span class="muted">×</span> {{ sum.rate }} <span class="muted">=</span>
            <b>{{ sum.cost }}</b>
          </p>
          <p class="soft">{{ sum.sentence }}</p>
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

  private readonly gatewayCurrency = inject(StatusFeed).currency;
  protected readonly words = computed(() => ENERGY_QUALITY_WORDS[this.item().energyQuality]);
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
