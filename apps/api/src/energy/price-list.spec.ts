import { PriceListError, readPriceList } from './price-list';

const QUARTER = (iso: string) => Date.parse(iso) / 900_000;
const options = { stepMinutes: 30, timezone: 'UTC', unit: 1 };

describe('readPriceList', () => {
  it('reads Octopus Agile: pence with VAT, newest first, naive ends none', () => {
    const text = JSON.stringify({
      count: 2,
      results: [
        {
          value_exc_vat: 10,
          value_inc_vat: 10.5,
          valid_from: '2026-11-24T00:30:00Z',
          valid_to: '2026-11-24T01:00:00Z',
        },
        {
          value_exc_vat: -4,
          value_inc_vat: -4.2,
          valid_from: '2026-11-24T00:00:00Z',
          valid_to: '2026-11-24T00:30:00Z',
        },
      ],
    });
    expect([...readPriceList(text, { ...options, unit: 0.01 })].toSorted(([a], [b]) => a - b)).toEqual([
      [QUARTER('2026-11-24T00:00Z'), -42_000],
      [QUARTER('2026-11-24T00:15Z'), -42_000],
      [QUARTER('2026-11-24T00:30Z'), 105_000],
      [QUARTER('2026-11-24T00:45Z'), 105_000],
    ]);
  });

  it('reads aWATTar: Unix ms and EUR/MWh', () => {
    const text = JSON.stringify({
      object: 'list',
      data: [
        { start_timestamp: 1795478400000, end_timestamp: 1795482000000, marketprice: 94.17, unit: 'Eur/MWh' },
      ],
    });
    const prices = readPriceList(text, { ...options, unit: 0.001 });
    expect([...prices.values()]).toEqual([94_170, 94_170, 94_170, 94_170]);
    expect([...prices.keys()][0]).toBe(1795478400000 / 900_000);
  });

  it('reads CSV with semicolons, decimal commas and naive local times, both folds of the clock put back', () => {
    const text =
      'Start;Price\n2026-10-25 01:30;1,5\n2026-10-25 02:00;2\n2026-10-25 02:30;3\n2026-10-25 02:00;4\n2026-10-25 02:30;5\n2026-10-25 03:00;6\n';
    const prices = readPriceList(text, { ...options, timezone: 'Europe/Berlin' });
    const at = (iso: string) => (prices.get(QUARTER(iso)) ?? NaN) / 1e6;
    expect(
      [
        '2026-10-24T23:30Z',
        '2026-10-25T00:00Z',
        '2026-10-25T00:30Z',
        '2026-10-25T01:00Z',
        '2026-10-25T01:45Z',
        '2026-10-25T02:00Z',
      ].map(at),
    ).toEqual([1.5, 2, 3, 4, 5, 6]);
  });

  it('takes the later of two prices for one time', () => {
    const text =
      'from,to,price\n2026-11-24T00:00Z,2026-11-24T01:00Z,1\n2026-11-24T00:30Z,2026-11-24T01:00Z,2';
    expect([...readPriceList(text, options).values()]).toEqual([1e6, 1e6, 2e6, 2e6]);
  });

  it.each([
    ['', /first line must name/],
    ['from,price\n', /no prices/],
    ['{"a":1}', /no list/],
    ['[1]', /entry 1: not a record/],
    ['[{"price":1}]', /entry 1: no start/],
    ['{"data":', /none/],
    ['from,price\nyesterday,1', /entry 1: not a time: yesterday/],
    ['from,price\n2026-11-24T00:00Z,free', /entry 1: no price/],
    ['from,price\n2026-11-24T00:00Z,', /entry 1: no price/],
    ['from,price\n2026-11-24T00:07Z,1', /whole quarter hours/],
    ['from,to,price\n2026-11-24T01:00Z,2026-11-23T01:00Z,1', /whole quarter hours/],
    ['from,to,price\n1970-01-01T00:00Z,2026-11-23T01:00Z,1', /more than/],
    ['from,price\n2026-11-24T00:00Z,94170', /is the unit right/],
  ])('refuses %j', (text, message) => {
    expect(() => readPriceList(text, options)).toThrow(PriceListError);
    expect(() => readPriceList(text, options)).toThrow(message);
  });
});
