import type {
  DayKind,
  HolidayRule,
  TariffInput,
  TariffItem,
  TariffPlan,
  TimeOfUsePlan,
} from '@ollameter/admin-contract';
import { fromMicros, toMicros } from './micros';

/** A tariff while it is written: amounts as typed, periods and seasons by their place, so that they can be renamed. */
export interface TariffDraft {
  name: string;
  currency: string;
  kind: TariffPlan['kind'];
  /** Flat: per kWh. */
  rate: string;
  timezone: string;
  periods: string[];
  seasons: SeasonDraft[];
  windows: WindowDraft[];
  /** Index of the period where no window fits. */
  otherwise: number;
  holidays: HolidayRule[];
  stepMinutes: 15 | 30 | 60;
  fallback: string;
  adder: string;
  priceUrl: string;
  priceUnit: string;
  tiers: { name: string; adder: string }[];
  /** Index of the tier that the household is in. */
  tier: number;
  /** A day. */
  fixed: string;
  source: string;
  sourceDate: string;
}

export interface SeasonDraft {
  name: string;
  /** `06-01` */
  from: string;
  /** By period, as typed. */
  rates: string[];
}

export interface WindowDraft {
  /** Indices; none is all. */
  seasons: number[];
  days: DayKind[];
  /** `16:00`; as an end `00:00` is midnight. */
  from: string;
  to: string;
  period: number;
}

/** What a new tariff begins with. */
export function emptyDraft(currency: string, timezone: string): TariffDraft {
  return {
    name: '',
    currency,
    kind: 'flat',
    rate: '',
    timezone,
    periods: ['on-peak', 'off-peak'],
    seasons: [{ name: 'all year', from: '01-01', rates: ['', ''] }],
    windows: [{ seasons: [], days: [], from: '16:00', to: '21:00', period: 0 }],
    otherwise: 1,
    holidays: [],
    stepMinutes: 60,
    fallback: '',
    adder: '0',
    priceUrl: '',
    priceUnit: '1',
    tiers: [],
    tier: 0,
    fixed: '0',
    source: '',
    sourceDate: '',
  };
}

/** A tariff or preset to be edited. */
export function toDraft(tariff: TariffInput | TariffItem, timezone: string): TariffDraft {
  const { plan } = tariff;
  const tiers = plan.tiers ?? [];
  const common = {
    ...emptyDraft(tariff.currency, timezone),
    name: tariff.name,
    kind: plan.kind,
    tiers: tiers.map(({ name, adderMicrosPerKwh }) => ({ name, adder: fromMicros(adderMicrosPerKwh) })),
    tier: Math.max(
      0,
      tiers.findIndex(({ name }) => name === plan.tier),
    ),
    fixed: fromMicros(tariff.fixedMicrosPerDay ?? 0),
    source: tariff.source ?? '',
    sourceDate: tariff.sourceDate ?? '',
  };
  switch (plan.kind) {
    case 'flat':
      return { ...common, rate: fromMicros(plan.rateMicrosPerKwh) };
    case 'dynamic':
      return {
        ...common,
        stepMinutes: plan.stepMinutes,
        fallback: fromMicros(plan.fallbackRateMicrosPerKwh),
        adder: fromMicros(plan.adderMicrosPerKwh ?? 0),
        priceUrl: plan.priceUrl ?? '',
        priceUnit: String(plan.priceUnit ?? 1),
      };
    case 'time_of_use':
      return { ...common, ...timeOfUseDraft(plan) };
  }
}

function timeOfUseDraft(plan: TimeOfUsePlan): Partial<TariffDraft> {
  const periods = [
    ...new Set([
      ...plan.seasons.flatMap(({ rateMicrosPerKwh }) => Object.keys(rateMicrosPerKwh)),
      plan.otherwise,
    ]),
  ];
  const names = plan.seasons.map(({ name }) => name);
  return {
    timezone: plan.timezone,
    periods,
    seasons: plan.seasons.map(({ name, from, rateMicrosPerKwh }) => ({
      name,
      from,
      rates: periods.map((period) => {
        const rate = rateMicrosPerKwh[period];
        return rate === undefined ? '' : fromMicros(rate);
      }),
    })),
    windows: plan.windows.map(({ seasons, days, fromMinute, toMinute, period }) => ({
      seasons: (seasons ?? []).map((name) => names.indexOf(name)),
      days: days ?? [],
      from: toClock(fromMinute),
      to: toClock(toMinute),
      period: periods.indexOf(period),
    })),
    otherwise: periods.indexOf(plan.otherwise),
    holidays: plan.holidays,
  };
}

/** What is wrong with a draft, by the API's names of the fields; the gateway checks the rest. */
export function draftErrors(draft: TariffDraft): Record<string, string> {
  const errors: Record<string, string> = {};
  const needsAmount = (field: string, text: string) => {
    if (toMicros(text) === null) errors[field] = 'A number is needed, such as 0.383.';
  };
  if (draft.name.trim() === '') errors['name'] = 'A name is needed.';
  if (draft.kind === 'flat') needsAmount('plan.rateMicrosPerKwh', draft.rate);
  if (draft.kind === 'dynamic') {
    needsAmount('plan.fallbackRateMicrosPerKwh', draft.fallback);
    needsAmount('plan.adderMicrosPerKwh', draft.adder);
  }
  if (draft.kind === 'time_of_use') {
    const filled = draft.seasons.flatMap(({ rates }) => draft.periods.map((_, index) => rates[index] ?? ''));
    if (filled.some((text) => text.trim() !== '' && toMicros(text) === null))
      errors['plan.seasons'] = 'Prices are numbers, such as 0.383.';
    if (new Set(draft.periods.map((name) => name.trim())).size < draft.periods.length)
      errors['plan.periods'] = 'Periods need different names.';
  }
  needsAmount('fixedMicrosPerDay', draft.fixed);
  for (const { adder } of draft.tiers) needsAmount('plan.tiers', adder);
  return errors;
}

/** What the draft says, as the API takes it; what is not a number counts as 0. `validFrom` is the caller's. */
export function toInput(draft: TariffDraft): TariffInput {
  const source = draft.source.trim();
  const sourceDate = draft.sourceDate.trim();
  return {
    name: draft.name.trim(),
    currency: draft.currency.trim().toUpperCase(),
    plan: { ...toPlan(draft), ...tiersOf(draft) },
    fixedMicrosPerDay: toMicros(draft.fixed) ?? 0,
    ...(source === '' ? {} : { source }),
    ...(sourceDate === '' ? {} : { sourceDate }),
  };
}

function toPlan(draft: TariffDraft): TariffPlan {
  switch (draft.kind) {
    case 'flat':
      return { kind: 'flat', rateMicrosPerKwh: toMicros(draft.rate) ?? 0 };
    case 'dynamic': {
      const url = draft.priceUrl.trim();
      return {
        kind: 'dynamic',
        stepMinutes: draft.stepMinutes,
        fallbackRateMicrosPerKwh: toMicros(draft.fallback) ?? 0,
        adderMicrosPerKwh: toMicros(draft.adder) ?? 0,
        ...(url === '' ? {} : { priceUrl: url }),
        priceUnit: Number(draft.priceUnit),
      };
    }
    case 'time_of_use':
      return {
        kind: 'time_of_use',
        timezone: draft.timezone,
        seasons: draft.seasons.map(({ name, from, rates }) => ({
          name: name.trim(),
          from,
          rateMicrosPerKwh: Object.fromEntries(
            draft.periods.flatMap((period, index) => {
              const micros = toMicros(rates[index] ?? '');
              return micros === null ? [] : [[period.trim(), micros]];
            }),
          ),
        })),
        holidays: draft.holidays,
        windows: draft.windows.map(({ seasons, days, from, to, period }) => ({
          ...(seasons.length === 0
            ? {}
            : { seasons: seasons.map((index) => draft.seasons[index]?.name.trim() ?? '') }),
          ...(days.length === 0 ? {} : { days }),
          fromMinute: toMinute(from),
          toMinute: toMinute(to) === 0 ? 1440 : toMinute(to),
          period: (draft.periods[period] ?? '').trim(),
        })),
        otherwise: (draft.periods[draft.otherwise] ?? '').trim(),
      };
  }
}

function tiersOf({ tiers, tier }: TariffDraft): Pick<TariffPlan, 'tiers' | 'tier'> {
  if (tiers.length === 0) return {};
  const chosen = tiers[tier]?.name.trim();
  return {
    tiers: tiers.map(({ name, adder }) => ({ name: name.trim(), adderMicrosPerKwh: toMicros(adder) ?? 0 })),
    ...(chosen === undefined ? {} : { tier: chosen }),
  };
}

/** `16:00` of 960, `00:00` of 1440. */
function toClock(minute: number): string {
  const [hours, minutes] = [Math.floor(minute / 60) % 24, minute % 60];
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}

function toMinute(clock: string): number {
  const [hours, minutes] = clock.split(':').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}
