import { BUCKET_US, type QuarterPrices, toInstant } from '@ollameter/cost-model';

/** A price list that cannot be read; the message names the place. */
export class PriceListError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PriceListError';
  }
}

export interface PriceListOptions {
  /** How long a price holds that names no end. */
  readonly stepMinutes: number;
  /** Of naive times; IANA. */
  readonly timezone: string;
  /** What one unit of a price is in currency per kWh. */
  readonly unit: number;
}

interface Entry {
  readonly from: unknown;
  readonly to: unknown;
  readonly price: unknown;
}

/** Field names of the price lists in use: ours, Octopus, aWATTar, ENTSO-E and Nord Pool exports. */
const FROM = [
  'from',
  'valid_from',
  'validfrom',
  'start',
  'start_timestamp',
  'start_time',
  'starttime',
  'time_start',
  'time',
  'timestamp',
  'date',
];
const TO = ['to', 'valid_to', 'validto', 'end', 'end_timestamp', 'end_time', 'endtime', 'time_end'];
const PRICE = ['price', 'value_inc_vat', 'marketprice', 'rate', 'value', 'total', 'eur_per_kwh'];
const LISTS = ['results', 'data', 'prices', 'items'];

const NAIVE = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?$/;
const DECIMAL = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i;
const QUARTER_MS = BUCKET_US / 1_000;
const HOUR_MS = 3_600_000;
/** Five years of quarter hours. */
const MAX_QUARTERS = 175_320;
/** 1000 ¤/kWh: beyond it the unit is wrong. */
const MAX_RATE_MICROS = 1_000_000_000;

/**
 * Prices from CSV (with a header line; `,` `;` or tab) or JSON (a list of records, bare or in `results`, `data`,
 * `prices`), as µ¤/kWh by quarter hour. A naive time is in the zone; the second time that one occurs is the
 * later one of a clock put back. Of two prices for one quarter hour the later in the text counts.
 * @throws PriceListError
 */
export function readPriceList(text: string, options: PriceListOptions): QuarterPrices {
  const trimmed = text.trim();
  const entries = /^[[{]/.test(trimmed) ? fromJson(trimmed) : fromCsv(trimmed);
  const prices = new Map<number, number>();
  const seenNaive = new Set<number>();
  for (const [index, entry] of entries.entries()) {
    const place = `entry ${index + 1}`;
    const fromMs = toMs(entry.from, options.timezone, place, seenNaive);
    const endMs = toMs(entry.to, options.timezone, place, null);
    if (fromMs === null) throw new PriceListError(`${place}: no start of its time`);
    const toEndMs = endOf(fromMs, endMs, options.stepMinutes);
    if (fromMs % QUARTER_MS !== 0 || toEndMs % QUARTER_MS !== 0 || toEndMs <= fromMs)
      throw new PriceListError(`${place}: must hold for whole quarter hours`);
    const rate = toRate(entry.price, options.unit, place);
    if (prices.size + (toEndMs - fromMs) / QUARTER_MS > MAX_QUARTERS)
      throw new PriceListError(`${place}: more than ${MAX_QUARTERS} quarter hours`);
    for (let quarter = fromMs / QUARTER_MS; quarter < toEndMs / QUARTER_MS; quarter += 1)
      prices.set(quarter, rate);
  }
  if (prices.size === 0) throw new PriceListError('no prices in it');
  return prices;
}

/** A naive end within the hour that a clock showed twice is read as its first time, which may not be after the start. */
function endOf(fromMs: number, endMs: number | null, stepMinutes: number): number {
  if (endMs === null) return fromMs + stepMinutes * 60_000;
  return endMs <= fromMs && endMs + HOUR_MS > fromMs ? endMs + HOUR_MS : endMs;
}

function fromJson(text: string): Entry[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new PriceListError('starts like JSON but is none');
  }
  const list = Array.isArray(value)
    ? (value as unknown[])
    : LISTS.map((name) => (value as Record<string, unknown>)[name]).find((part) => Array.isArray(part));
  if (!Array.isArray(list)) throw new PriceListError(`no list of prices (looked for ${LISTS.join(', ')})`);
  return list.map((item: unknown, index) => {
    if (typeof item !== 'object' || item === null)
      throw new PriceListError(`entry ${index + 1}: not a record`);
    const fields = new Map(
      Object.entries(item).map(([name, field]) => [name.toLowerCase(), field as unknown]),
    );
    return { from: pick(fields, FROM), to: pick(fields, TO), price: pick(fields, PRICE) };
  });
}

function fromCsv(text: string): Entry[] {
  const [header = '', ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const separator = [';', '\t', ','].find((candidate) => header.includes(candidate)) ?? ',';
  const cells = (line: string) => line.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  const names = cells(header).map((name) => name.toLowerCase());
  if (!names.some((name) => FROM.includes(name)) || !names.some((name) => PRICE.includes(name)))
    throw new PriceListError(
      `the first line must name the columns: one of ${FROM.join(', ')} and one of ${PRICE.join(', ')}`,
    );
  return lines.map((line) => {
    const fields = new Map(cells(line).map((cell, index) => [names[index] ?? '', cell]));
    return { from: pick(fields, FROM), to: pick(fields, TO), price: pick(fields, PRICE) };
  });
}

function pick(fields: ReadonlyMap<string, unknown>, names: readonly string[]): unknown {
  return names
    .map((name) => fields.get(name))
    .find((value) => value !== undefined && value !== null && value !== '');
}

/** Unix ms; null where there is none. Numbers are Unix seconds, or ms where they are that large. */
function toMs(value: unknown, zone: string, place: string, seen: Set<number> | null): number | null {
  if (value === undefined || value === null) return null;
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') throw new PriceListError(`${place}: not a time`);
  if (/^\d+$/.test(text)) return Number(text) < 1e11 ? Number(text) * 1_000 : Number(text);
  const naive = NAIVE.exec(text);
  if (naive === null) {
    const instant = Date.parse(text);
    if (Number.isNaN(instant)) throw new PriceListError(`${place}: not a time: ${text.slice(0, 40)}`);
    return instant;
  }
  const [year, month, day, hour, minute, second] = naive.slice(1).map((part) => Number(part || 0));
  const local = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
  const instant = toInstant(local, zone);
  if (seen === null) return instant;
  const again = seen.has(instant);
  seen.add(instant);
  return again ? instant + HOUR_MS : instant;
}

function toRate(value: unknown, unit: number, place: string): number {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !DECIMAL.test(text)) throw new PriceListError(`${place}: no price`);
  const rate = Math.round(Number(text.replace(',', '.')) * unit * 1e6);
  if (!Number.isFinite(rate) || Math.abs(rate) > MAX_RATE_MICROS)
    throw new PriceListError(`${place}: ${text} is beyond 1000 per kWh; is the unit right?`);
  return rate === 0 ? 0 : rate;
}
