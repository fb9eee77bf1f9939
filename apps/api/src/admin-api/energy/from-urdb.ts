import type {
  DayKind,
  TariffInput,
  TariffPlan,
  TariffSeason,
  TariffTier,
  TariffWindow,
  UrdbImportResult,
} from '@ollameter/admin-contract';
import { UrdbError, type UrdbRate, type UrdbTier } from './urdb-document';

type ImportedTariff = UrdbImportResult['tariffs'][number];

const WEEKDAYS: DayKind[] = ['mon', 'tue', 'wed', 'thu', 'fri'];
/** A holiday that is added later costs what a weekend does. */
const FREE_DAYS: DayKind[] = ['sat', 'sun', 'holiday'];
const DAYS_PER = { day: 1, month: 365 / 12, year: 365 } as const;
const MAX_WINDOWS = 100;
const MAX_TIERS = 10;

/**
 * URDB's 12 × 24 matrices → seasons and windows. What the format says that a tariff here cannot is in the notes.
 * @param timezone of its hours, which are local and name none
 * @throws UrdbError
 */
export function fromUrdb(rate: UrdbRate, timezone: string, today: string): ImportedTariff {
  const adders = tierAdders(rate);
  const name = [rate.utility, rate.name].filter((part) => part !== '').join(': ') || 'URDB rate';
  const input: TariffInput = {
    name: name.slice(0, 100),
    currency: 'USD',
    plan: toPlan(rate, timezone, adders ?? []),
    ...(rate.fixedCharge !== null && {
      fixedMicrosPerDay: toMicros(rate.fixedCharge.usd / DAYS_PER[rate.fixedCharge.per]),
    }),
    source: `OpenEI URDB ${rate.label ?? ''} ${rate.source}`.replaceAll(/\s+/g, ' ').trim().slice(0, 500),
    ...(rate.startDate !== null && { sourceDate: rate.startDate }),
    validFrom: null,
  };
  return { label: rate.label, input, notes: notesOf(rate, adders, today) };
}

function toPlan(rate: UrdbRate, timezone: string, tiers: TariffTier[]): TariffPlan {
  const tiered = tiers.length > 0 && { tiers };
  const starts = seasonStarts(rate);
  const used = new Set([...rate.weekday, ...rate.weekend].flat());
  if (used.size === 1 && starts.length === 1) {
    const [period = 0] = used;
    return { kind: 'flat', rateMicrosPerKwh: rateOf(rate, period, 0), ...tiered };
  }
  const otherwise = mostUsed(rate);
  const seasons = starts.map((month, index) => toSeason(rate, month, index, used));
  const windows = starts.flatMap((month, index) => toWindows(rate, month, `season ${index + 1}`, otherwise));
  if (windows.length > MAX_WINDOWS)
    throw new UrdbError(`energyweekdayschedule: makes more than ${MAX_WINDOWS} windows`);
  return {
    kind: 'time_of_use',
    timezone,
    seasons,
    holidays: [],
    windows,
    otherwise: nameOf(otherwise),
    ...tiered,
  };
}

/** The months (0–11) whose days cost otherwise than those of the month before. */
function seasonStarts(rate: UrdbRate): number[] {
  const dayOf = (month: number) =>
    JSON.stringify([rate.weekday[month], rate.weekend[month], rate.monthlyAdders[month]]);
  const starts = rate.weekday
    .map((_, month) => month)
    .filter((month) => dayOf(month) !== dayOf((month + 11) % 12));
  return starts.length === 0 ? [0] : starts;
}

function toSeason(rate: UrdbRate, month: number, index: number, used: ReadonlySet<number>): TariffSeason {
  return {
    name: `season ${index + 1}`,
    from: `${String(month + 1).padStart(2, '0')}-01`,
    rateMicrosPerKwh: Object.fromEntries(
      [...used].toSorted((a, b) => a - b).map((period) => [nameOf(period), rateOf(rate, period, month)]),
    ),
  };
}

/** The hours of a month's days that are not of the period that holds otherwise. */
function toWindows(rate: UrdbRate, month: number, season: string, otherwise: number): TariffWindow[] {
  const weekday = rate.weekday[month] ?? [];
  const weekend = rate.weekend[month] ?? [];
  const isSame = weekday.every((period, hour) => period === weekend[hour]);
  if (isSame) return runsOf(weekday, otherwise).map((run) => ({ seasons: [season], ...run }));
  return [
    ...runsOf(weekday, otherwise).map((run) => ({ seasons: [season], days: WEEKDAYS, ...run })),
    ...runsOf(weekend, otherwise).map((run) => ({ seasons: [season], days: FREE_DAYS, ...run })),
  ];
}

function runsOf(hours: readonly number[], otherwise: number): Omit<TariffWindow, 'seasons' | 'days'>[] {
  const runs: { fromMinute: number; toMinute: number; period: string }[] = [];
  for (const [hour, period] of hours.entries()) {
    const last = runs.at(-1);
    const [fromMinute, toMinute] = [hour * 60, hour * 60 + 60];
    if (period === otherwise) continue;
    if (last?.toMinute === fromMinute && last.period === nameOf(period)) last.toMinute = toMinute;
    else runs.push({ fromMinute, toMinute, period: nameOf(period) });
  }
  return runs;
}

function mostUsed(rate: UrdbRate): number {
  const hours = new Map<number, number>();
  for (const period of [...rate.weekday, ...rate.weekend].flat())
    hours.set(period, (hours.get(period) ?? 0) + 1);
  const [most] = [...hours].toSorted((a, b) => b[1] - a[1] || a[0] - b[0]);
  return most?.[0] ?? 0;
}

/**
 * A tier here adds the same to every rate. Null where the document's tiers do not: then the first one is taken over.
 */
function tierAdders({ periods }: UrdbRate): TariffTier[] | null {
  const [first = []] = periods;
  if (periods.every((tiers) => tiers.length === 1)) return [];
  const stepsOf = (tiers: readonly UrdbTier[]) =>
    tiers.map(({ usdPerKwh }) => toMicros(usdPerKwh) - toMicros(tiers[0]?.usdPerKwh ?? 0));
  const steps = stepsOf(first);
  const areAlike = periods.every((tiers) => JSON.stringify(stepsOf(tiers)) === JSON.stringify(steps));
  if (!areAlike || steps.length > MAX_TIERS) return null;
  return steps.map((adderMicrosPerKwh, index) => ({
    name:
      first[index]?.upTo == null
        ? `tier ${index + 1}`
        : `tier ${index + 1}, up to ${first[index].upTo}`.slice(0, 100),
    adderMicrosPerKwh,
  }));
}

function rateOf(rate: UrdbRate, period: number, month: number): number {
  return toMicros((rate.periods[period]?.[0]?.usdPerKwh ?? 0) + (rate.monthlyAdders[month] ?? 0));
}

function nameOf(period: number): string {
  return `period ${period + 1}`;
}

function toMicros(usd: number): number {
  const micros = Math.round(usd * 1e6);
  return micros === 0 ? 0 : micros;
}

function notesOf(rate: UrdbRate, adders: readonly TariffTier[] | null, today: string): string[] {
  const all = rate.periods.flat();
  const notes: (string | false)[] = [
    rate.endDate !== null && rate.endDate <= today && `The rate ended on ${rate.endDate}.`,
    'URDB’s schedules know whole hours and months and no holidays; add those of your utility.',
    adders === null && 'The tiers differ from period to period; only the first tier was taken over.',
    adders !== null && adders.length > 1 && 'The household’s tier is a setting; the first is chosen.',
    rate.fixedCharge?.per === 'month' && 'The monthly fixed charge was divided by 365/12 days.',
    rate.fixedCharge?.per === 'year' && 'The yearly fixed charge was divided by 365 days.',
    rate.fixedCharge === null && 'No fixed charge was found.',
    rate.hasDemandCharge && 'Demand charges (per kW) are left out.',
    rate.hasMinimum && 'The minimum charge is left out.',
    all.some(({ sells }) => sells) && 'Export credits are left out.',
  ];
  return notes.filter((note) => note !== false);
}
