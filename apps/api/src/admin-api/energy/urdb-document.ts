/** A document that is not a rate of the Utility Rate Database, or one that cannot be taken over; the message names the place. */
export class UrdbError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UrdbError';
  }
}

/** A tier of a period: its price is `rate + adj` in USD per kWh. */
export interface UrdbTier {
  readonly usdPerKwh: number;
  /** Export credit is another price. */
  readonly sells: boolean;
  /** The tier's upper end, in words; null of the last one. */
  readonly upTo: string | null;
}

/** One rate of OpenEI's Utility Rate Database, checked: https://openei.org/services/doc/rest/util_rates/?version=7 */
export interface UrdbRate {
  readonly label: string | null;
  readonly utility: string;
  readonly name: string;
  readonly source: string;
  /** ISO date; null where not said. */
  readonly startDate: string | null;
  readonly endDate: string | null;
  /** By period, then tier; at least one of each. */
  readonly periods: readonly (readonly UrdbTier[])[];
  /** Period by month (12) and hour (24) of the local day. */
  readonly weekday: readonly (readonly number[])[];
  readonly weekend: readonly (readonly number[])[];
  /** USD per kWh on top, by month (12). */
  readonly monthlyAdders: readonly number[];
  readonly fixedCharge: { readonly usd: number; readonly per: 'day' | 'month' | 'year' } | null;
  readonly hasDemandCharge: boolean;
  readonly hasMinimum: boolean;
}

/** What is read of a rate and of its tiers; nothing is known of their types. */
type Fields = Readonly<
  Partial<
    Record<
      | 'items'
      | 'label'
      | 'utility'
      | 'name'
      | 'uri'
      | 'source'
      | 'startdate'
      | 'enddate'
      | 'energyratestructure'
      | 'energyweekdayschedule'
      | 'energyweekendschedule'
      | 'fueladjustmentsmonthly'
      | 'fixedchargefirstmeter'
      | 'fixedchargeunits'
      | 'fixedmonthlycharge'
      | (typeof DEMAND)[number]
      | (typeof MINIMUM)[number]
      | 'rate'
      | 'adj'
      | 'max'
      | 'unit'
      | 'sell',
      unknown
    >
  >
>;

const DEMAND = ['demandratestructure', 'flatdemandstructure'] as const;
const MINIMUM = ['mincharge', 'minmonthlycharge', 'annualmincharge'] as const;

const MONTHS = 12;
const HOURS = 24;
/** More than a file of one utility holds. */
const MAX_RATES = 50;
const MAX_PERIODS = 12;
const FIXED_UNITS: Readonly<Record<string, 'day' | 'month' | 'year'>> = {
  '$/day': 'day',
  '$/month': 'month',
  '$/year': 'year',
};

/**
 * Reads one rate, a list of them, or the API's answer (`{"items": […]}`).
 * @throws UrdbError
 */
export function readUrdb(text: string): UrdbRate[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UrdbError('is no JSON');
  }
  const found = isFields(value) && Array.isArray(value.items) ? (value.items as unknown[]) : value;
  const rates = Array.isArray(found) ? (found as unknown[]) : [found];
  if (rates.length === 0) throw new UrdbError('holds no rate');
  if (rates.length > MAX_RATES) throw new UrdbError(`holds more than ${MAX_RATES} rates`);
  return rates.map((rate, index) => readRate(rate, rates.length > 1 ? `items.${index}: ` : ''));
}

function readRate(rate: unknown, place: string): UrdbRate {
  if (!isFields(rate)) throw new UrdbError(`${place}is no rate of the URDB`);
  const periods = readPeriods(rate.energyratestructure, place);
  const monthly = rate.fueladjustmentsmonthly;
  if (monthly !== undefined && !isRow(monthly, MONTHS))
    throw new UrdbError(`${place}fueladjustmentsmonthly: must be 12 numbers`);
  return {
    label: typeof rate.label === 'string' ? rate.label : null,
    utility: textOf(rate.utility),
    name: textOf(rate.name),
    source: textOf(rate.uri) || textOf(rate.source),
    startDate: dateOf(rate.startdate),
    endDate: dateOf(rate.enddate),
    periods,
    weekday: readSchedule(rate, 'energyweekdayschedule', periods.length, place),
    weekend: readSchedule(rate, 'energyweekendschedule', periods.length, place),
    monthlyAdders: monthly ?? new Array<number>(MONTHS).fill(0),
    fixedCharge: readFixedCharge(rate),
    hasDemandCharge: DEMAND.some((name) => Array.isArray(rate[name])),
    hasMinimum: MINIMUM.some((name) => Number(rate[name]) > 0),
  };
}

function readPeriods(value: unknown, place: string): UrdbTier[][] {
  if (!Array.isArray(value) || value.length === 0)
    throw new UrdbError(`${place}energyratestructure: has no energy rates`);
  if (value.length > MAX_PERIODS)
    throw new UrdbError(`${place}energyratestructure: more than ${MAX_PERIODS} periods`);
  return value.map((tiers: unknown, period) => {
    if (!Array.isArray(tiers) || tiers.length === 0)
      throw new UrdbError(`${place}energyratestructure.${period}: has no tier`);
    return tiers.map((tier: unknown, index) =>
      readTier(tier, `${place}energyratestructure.${period}.${index}`),
    );
  });
}

/** A tier without any price is unknown, not free. */
function readTier(tier: unknown, place: string): UrdbTier {
  if (!isFields(tier)) throw new UrdbError(`${place}: is no tier`);
  const { rate, adj, max, unit = 'kWh', sell } = tier;
  if (rate === undefined && adj === undefined) throw new UrdbError(`${place}: has no rate`);
  const usdPerKwh = numberOf(rate, `${place}.rate`) + numberOf(adj, `${place}.adj`);
  if (Math.abs(usdPerKwh) > 1_000) throw new UrdbError(`${place}.rate: is beyond 1000 per kWh`);
  return {
    usdPerKwh,
    sells: sell !== undefined && sell !== 0,
    upTo: typeof max === 'number' ? `${max} ${textOf(unit)}` : null,
  };
}

function readSchedule(
  rate: Fields,
  name: 'energyweekdayschedule' | 'energyweekendschedule',
  periods: number,
  place: string,
): number[][] {
  const value = rate[name];
  const isSchedule =
    Array.isArray(value) &&
    value.length === MONTHS &&
    value.every(
      (row: unknown): row is number[] =>
        isRow(row, HOURS) &&
        row.every((period) => Number.isInteger(period) && period >= 0 && period < periods),
    );
  if (!isSchedule) throw new UrdbError(`${place}${name}: must be 12 rows of 24 periods below ${periods}`);
  return value;
}

function readFixedCharge(rate: Fields): UrdbRate['fixedCharge'] {
  const per = FIXED_UNITS[textOf(rate.fixedchargeunits)];
  if (typeof rate.fixedchargefirstmeter === 'number' && per !== undefined)
    return { usd: rate.fixedchargefirstmeter, per };
  if (typeof rate.fixedmonthlycharge === 'number') return { usd: rate.fixedmonthlycharge, per: 'month' };
  return null;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isRow(value: unknown, length: number): value is number[] {
  return Array.isArray(value) && value.length === length && value.every((cell) => Number.isFinite(cell));
}

function numberOf(value: unknown, place: string): number {
  if (value === undefined || value === null) return 0;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new UrdbError(`${place}: is no number`);
  return value;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.replaceAll('\u0000', '').trim() : '';
}

/** URDB's dates are Unix seconds. */
function dateOf(value: unknown): string | null {
  if (typeof value !== 'number' || !(Math.abs(value) < 8.64e12)) return null;
  return new Date(value * 1_000).toISOString().slice(0, 10);
}
