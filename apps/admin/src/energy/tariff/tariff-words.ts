import {
  DAY_KINDS,
  type DayKind,
  type TariffPlan,
  type TariffWindow,
  type TimeOfUsePlan,
} from '@ollameter/admin-contract';
import { rate } from '../../format/money';

const DAY_WORDS: Record<DayKind, string> = {
  mon: 'Mondays',
  tue: 'Tuesdays',
  wed: 'Wednesdays',
  thu: 'Thursdays',
  fri: 'Fridays',
  sat: 'Saturdays',
  sun: 'Sundays',
  holiday: 'holidays',
};
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** A tariff in sentences, one a line. */
export function tariffWords(plan: TariffPlan, currency: string, fixedMicrosPerDay: number): string[] {
  const lines = planLines(plan, currency);
  const tier = plan.tiers?.find(({ name }) => name === plan.tier) ?? plan.tiers?.[0];
  if (tier !== undefined)
    lines.push(
      tier.adderMicrosPerKwh === 0
        ? `Household tier “${tier.name}”: nothing is added.`
        : `Household tier “${tier.name}”: ${rate(tier.adderMicrosPerKwh, currency)} on top of every price.`,
    );
  if (fixedMicrosPerDay > 0)
    lines.push(
      `A fixed charge of ${rate(fixedMicrosPerDay, currency).replace('/kWh', ' a day')} comes apart; no request carries it.`,
    );
  return lines;
}

function planLines(plan: TariffPlan, currency: string): string[] {
  switch (plan.kind) {
    case 'flat':
      return [`${rate(plan.rateMicrosPerKwh, currency)} at every hour of every day.`];
    case 'dynamic':
      return [
        `A price of its own for each ${plan.stepMinutes === 60 ? 'hour' : plan.stepMinutes === 30 ? 'half hour' : 'quarter hour'}, ${plan.priceUrl === undefined ? 'imported by hand' : 'fetched every hour'}.`,
        ...(plan.adderMicrosPerKwh ? [`${rate(plan.adderMicrosPerKwh, currency)} is added to each.`] : []),
        `Where no price is known, ${rate(plan.fallbackRateMicrosPerKwh, currency)}.`,
      ];
    case 'time_of_use':
      return timeOfUseLines(plan, currency);
  }
}

function timeOfUseLines(plan: TimeOfUsePlan, currency: string): string[] {
  const seasons = plan.seasons.map(({ name, from, rateMicrosPerKwh }) => {
    const prices = Object.entries(rateMicrosPerKwh)
      .sort(([, a], [, b]) => b - a)
      .map(([period, micros]) => `${period} ${rate(micros, currency)}`);
    return plan.seasons.length === 1
      ? `${sentence(prices.join(', '))}.`
      : `${sentence(name)}, from ${monthDay(from)}: ${prices.join(', ')}.`;
  });
  const windows = plan.windows.map(
    (window) => `${sentence(window.period)}: ${hours(window)}, ${days(window.days)}${inSeasons(window)}.`,
  );
  const holidays =
    plan.holidays.length === 0
      ? []
      : [
          `${plan.holidays.length === 1 ? 'One holiday' : `${plan.holidays.length} holidays`}: ${plan.holidays.map(({ name }) => name).join(', ')}.`,
        ];
  return [...seasons, ...windows, `Otherwise ${plan.otherwise}. Hours of ${plan.timezone}.`, ...holidays];
}

function hours({ fromMinute, toMinute }: TariffWindow): string {
  return fromMinute === 0 && toMinute === 1440 ? 'all day' : `${clock(fromMinute)}–${clock(toMinute)}`;
}

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

function days(kinds: readonly DayKind[] | undefined): string {
  if (kinds === undefined || kinds.length === DAY_KINDS.length) return 'every day';
  const has = new Set(kinds);
  const working = (['mon', 'tue', 'wed', 'thu', 'fri'] as const).every((day) => has.has(day));
  const weekend = has.has('sat') && has.has('sun');
  const words: string[] = [];
  if (working) words.push('Monday to Friday');
  if (weekend) words.push('weekends');
  for (const kind of kinds) {
    const isSaid =
      (working && !['sat', 'sun', 'holiday'].includes(kind)) || (weekend && ['sat', 'sun'].includes(kind));
    if (!isSaid) words.push(DAY_WORDS[kind]);
  }
  return words.length <= 1
    ? (words[0] ?? 'no day')
    : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

function inSeasons({ seasons }: TariffWindow): string {
  return seasons === undefined ? '' : `, in ${seasons.join(' and ')}`;
}

function monthDay(from: string): string {
  const [month, day] = from.split('-').map(Number);
  return `${day ?? 1} ${MONTHS[(month ?? 1) - 1] ?? ''}`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
