import { bandsSentence, positionOf, priceAt, priceBands, priceLevels, shortPeriods } from './price-bands';

const HOUR = 3_600_000;
const at = (hour: number) => new Date(hour * HOUR).toISOString();
const stretch = (from: number, to: number, rateMicrosPerKwh: number, period: string) => ({
  from: at(from),
  to: at(to),
  rateMicrosPerKwh,
  period,
});

it.each([
  [[5], [2]],
  [
    [5, 9, 5],
    [1, 3, 1],
  ],
  [
    [1, 2, 9],
    [1, 2, 3],
  ],
  [
    [-3, 0, 3, 6],
    [1, 2, 2, 3],
  ],
])('%j are levels %j', (rates, levels) => expect(rates.map(priceLevels(rates))).toEqual(levels));

it('lies behind the buckets of its time', () => {
  const series = {
    currency: 'USD',
    items: [
      stretch(0, 6, 121_150, 'super off-peak'),
      stretch(6, 8.5, 466_390, 'off-peak'),
      stretch(8.5, 99, 1, 'x'),
    ],
  };
  const starts = [4, 5, 6, 7, 8].map((hour) => hour * HOUR);
  expect(priceBands(series, starts, 9 * HOUR)).toEqual([
    { from: 0, to: 2, level: 2, label: 'Super off-peak 12.1¢' },
    { from: 2, to: 4.5, level: 3, label: 'Off-peak 46.6¢' },
    { from: 4.5, to: 5, level: 1, label: 'X 0.0001¢' },
  ]);
  expect(priceBands({ currency: 'USD', items: [stretch(0, 99, 5, 'flat')] }, starts, 9 * HOUR)).toEqual([]);
  expect(positionOf(3 * HOUR, starts, 9 * HOUR)).toBe(0);
});

it('is said in words too, in all and by the bucket', () => {
  const bands = [
    { from: 0, to: 1.5, level: 1, label: 'Off-peak 12¢' },
    { from: 1.5, to: 2, level: 3, label: 'On-peak 52¢' },
    { from: 2, to: 3, level: 1, label: 'Off-peak 12¢' },
  ] as const;
  expect(bandsSentence(bands)).toBe(' Behind it the price of a kWh: Off-peak 12¢, On-peak 52¢.');
  expect([0, 1, 2, 3].map((index) => priceAt(bands, index))).toEqual([
    'Off-peak 12¢',
    'Off-peak 12¢, On-peak 52¢',
    'Off-peak 12¢',
    '',
  ]);
  expect(bandsSentence([])).toBe('');
  const hourly = Array.from({ length: 24 }, (_, from) => ({ ...bands[0], from, label: `${from}¢` }));
  expect(bandsSentence(hourly)).toBe(' Behind it the price of a kWh: 24 different ones.');
});

it('leaves out the season that all share', () => {
  const winter = [{ period: 'winter on-peak' }, { period: 'winter super off-peak' }];
  expect(winter.map(({ period }) => shortPeriods(winter)(period))).toEqual(['on-peak', 'super off-peak']);
  const turn = [{ period: 'summer on-peak' }, { period: 'winter on-peak' }];
  expect(turn.map(({ period }) => shortPeriods(turn)(period))).toEqual(['summer on-peak', 'winter on-peak']);
  const numbered = [{ period: 'period 1' }, { period: 'period 2' }];
  expect(numbered.map(({ period }) => shortPeriods(numbered)(period))).toEqual(['period 1', 'period 2']);
  expect(shortPeriods([{ period: 'flat' }])('flat')).toBe('flat');
});
