import { isHoliday } from './holiday';
import { BUCKET_US } from './ledger';
import {
  DAY_KINDS,
  type DayKind,
  type DynamicPlan,
  type TariffPlan,
  tierAdder,
  type TimeOfUsePlan,
} from './tariff-plan';
import { toLocal } from './zone-clock';

/** What one kWh costs, and what that time is called. */
export interface QuarterRate {
  /** Integer µ¤ per kWh; may be negative. */
  readonly rateMicrosPerKwh: bigint;
  /** `flat`, `summer on-peak`, `dynamic`, `no price`. */
  readonly period: string;
}

/**
 * The rates of one plan. Windows turn at quarter hours of the local day and zones are whole quarter hours from UTC,
 * so a quarter hour of UTC (Unix µs / BUCKET_US) has one rate: a total function, through every change of clocks.
 */
export interface RateSchedule {
  rateOf(quarter: number): QuarterRate;
  /** True where `rateOf` is the same for every quarter. */
  readonly isFlat: boolean;
}

/** Prices by quarter hour (Unix µs / BUCKET_US), µ¤ per kWh, without adders. */
export type QuarterPrices = ReadonlyMap<number, number>;

/** @param prices of a dynamic plan; of other plans not read */
export function toSchedule(plan: TariffPlan, prices: QuarterPrices = new Map()): RateSchedule {
  switch (plan.kind) {
    case 'flat':
      return flatSchedule(BigInt(plan.rateMicrosPerKwh + tierAdder(plan)));
    case 'time_of_use':
      return new TimeOfUseSchedule(plan);
    case 'dynamic':
      return new DynamicSchedule(plan, prices);
  }
}

/** One rate at all times. */
export function flatSchedule(rateMicrosPerKwh: bigint): RateSchedule {
  const rate: QuarterRate = { rateMicrosPerKwh, period: 'flat' };
  return { isFlat: true, rateOf: () => rate };
}

class TimeOfUseSchedule implements RateSchedule {
  readonly isFlat = false;
  private readonly adder: number;
  private readonly seasons: TimeOfUsePlan['seasons'];
  /** Day kinds by local day number: a year of them is asked for again and again. */
  private readonly dayKinds = new Map<number, DayKind>();

  constructor(private readonly plan: TimeOfUsePlan) {
    this.adder = tierAdder(plan);
    this.seasons = plan.seasons.toSorted((a, b) => (a.from < b.from ? -1 : 1));
  }

  rateOf(quarter: number): QuarterRate {
    const localMs = toLocal((quarter * BUCKET_US) / 1_000, this.plan.timezone);
    const local = new Date(localMs);
    const season = this.seasonOf(local.toISOString().slice(5, 10));
    const period = this.periodOf(season.name, this.dayKindOf(local), minuteOf(local));
    return {
      rateMicrosPerKwh: BigInt((season.rateMicrosPerKwh[period] ?? 0) + this.adder),
      period: this.seasons.length > 1 ? `${season.name} ${period}` : period,
    };
  }

  /** The last season to begin in the year so far; early in the year the one that began last in the year before. */
  private seasonOf(monthDay: string): TimeOfUsePlan['seasons'][number] {
    const season = this.seasons.findLast(({ from }) => from <= monthDay) ?? this.seasons.at(-1);
    if (season === undefined) throw new RangeError('a time-of-use plan needs a season');
    return season;
  }

  private periodOf(season: string, day: DayKind, minute: number): string {
    const fits = this.plan.windows.find(
      (window) =>
        (window.seasons?.includes(season) ?? true) &&
        (window.days?.includes(day) ?? true) &&
        window.fromMinute <= minute &&
        minute < window.toMinute,
    );
    return fits?.period ?? this.plan.otherwise;
  }

  private dayKindOf(local: Date): DayKind {
    const day = Math.floor(local.getTime() / 86_400_000);
    const known = this.dayKinds.get(day);
    if (known !== undefined) return known;
    const kind = isHoliday(
      this.plan.holidays,
      local.getUTCFullYear(),
      local.getUTCMonth() + 1,
      local.getUTCDate(),
    )
      ? 'holiday'
      : (DAY_KINDS[local.getUTCDay()] ?? 'sun');
    if (this.dayKinds.size > 4_000) this.dayKinds.clear();
    this.dayKinds.set(day, kind);
    return kind;
  }
}

class DynamicSchedule implements RateSchedule {
  readonly isFlat = false;
  private readonly tier: number;

  constructor(
    private readonly plan: DynamicPlan,
    private readonly prices: QuarterPrices,
  ) {
    this.tier = tierAdder(plan);
  }

  rateOf(quarter: number): QuarterRate {
    const price = this.prices.get(quarter);
    if (price === undefined)
      return {
        rateMicrosPerKwh: BigInt(this.plan.fallbackRateMicrosPerKwh + this.tier),
        period: 'no price',
      };
    return {
      rateMicrosPerKwh: BigInt(price + (this.plan.adderMicrosPerKwh ?? 0) + this.tier),
      period: 'dynamic',
    };
  }
}

function minuteOf(local: Date): number {
  return local.getUTCHours() * 60 + local.getUTCMinutes();
}
