import { Component, computed, inject, input, booleanAttribute } from '@angular/core';
import { StatusFeed } from '../data/status-feed';
import { type Decimal, exactMoney, money, moneyColumn } from '../format/money';

/** An amount of money; hover tells every digit. `column` writes six decimals with the leading zeros quiet. */
@Component({
  selector: 'om-money',
  template: `<span class="z">{{ split().quiet }}</span
    >{{ split().digits }}`,
  host: { '[attr.title]': 'exact()' },
})
export class MoneyText {
  readonly amount = input.required<Decimal>();
  /** The gateway's own where none is given. */
  readonly currency = input<string | null>();
  readonly column = input(false, { transform: booleanAttribute });

  private readonly gatewayCurrency = inject(StatusFeed).currency;
  private readonly unit = computed(() => this.currency() ?? this.gatewayCurrency());
  protected readonly split = computed(() =>
    this.column()
      ? moneyColumn(this.amount(), this.unit())
      : { quiet: '', digits: money(this.amount(), this.unit()) },
  );
  protected readonly exact = computed(() => exactMoney(this.amount(), this.unit()));
}
