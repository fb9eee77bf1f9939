import fc from 'fast-check';
import { change } from './change';
import { bytes, compactCount, count, percent } from './count';
import { duration, secondsColumn } from './duration';
import { energy, watts } from './energy';
import { costPerHour, exactMoney, money, moneyColumn, moneyTick, rate, shortRate } from './money';
import { exactTime, moment, offset } from './time';

const EN = 'en-US';
const LA = 'America/Los_Angeles';

it('shows counts short and keeps them exact', () => {
  expect(count(1224, EN)).toBe('1,224');
  expect(count(null)).toBe('–');
  expect(compactCount(1224, 'tokens', EN)).toEqual({ figure: '1,224', unit: '', exact: '1,224 tokens' });
  expect(compactCount(1_020_499, 'tokens', EN)).toEqual({
    figure: '1.02',
    unit: 'M',
    exact: '1,020,499 tokens',
  });
  expect(compactCount(862_100, 'tokens', EN)).toMatchObject({ figure: '862', unit: 'k' });
  expect(bytes(4_900_000_000, EN)).toBe('4.9\u2009GB');
  expect(bytes(0, EN)).toBe('0\u2009B');
  expect(percent(0.0057, EN)).toBe('0.57%');
});

it('shows energy in Wh below one kWh', () => {
  expect(energy(0.5533333, EN)).toEqual({ figure: '0.553', unit: 'Wh', exact: '0.5533333 Wh' });
  expect(energy(1530, EN)).toMatchObject({ figure: '1.53', unit: 'kWh' });
  expect(energy(0, EN)).toMatchObject({ figure: '0', unit: 'Wh' });
  expect(energy(0.000111111111, EN)).toMatchObject({ figure: '0.000111' });
  expect(energy(undefined)).toMatchObject({ figure: '–' });
  expect(watts(396.4, EN)).toBe('396\u2009W');
});

it('never hides a cost by rounding', () => {
  expect(money('12.3999', 'USD', EN)).toBe('$12.40');
  expect(money('0.000042555556', 'USD', EN)).toBe('$0.0000426');
  expect(money('0.000000000000', 'USD', EN)).toBe('$0');
  expect(money(null, 'USD', EN)).toBe('–');
  expect(exactMoney('0.000042555556', 'USD', EN)).toBe('$0.000042555556');
  expect(exactMoney('123456789012345678.000000000001', 'USD', EN)).toBe(
    '$123,456,789,012,345,678.000000000001',
  );
  expect(moneyColumn('0.000268', 'USD', EN)).toEqual({ quiet: '$0.000', digits: '268' });
  expect(moneyColumn('1.5', 'USD', EN)).toEqual({ quiet: '', digits: '$1.500000' });
  expect(moneyColumn('0.0000000004', 'USD', EN)).toEqual({ quiet: '', digits: '$0.000000000400' });
  expect(money('0.5', 'EUR', 'de-DE')).toBe('0,500\u00a0€');
  fc.assert(
    fc.property(fc.bigInt(1n, 10n ** 12n), (units) => {
      const amount = `0.${String(units).padStart(12, '0')}`;
      expect(money(amount, 'USD', EN)).toMatch(/[1-9]/);
      const { quiet, digits } = moneyColumn(amount, 'USD', EN);
      expect(quiet + digits).toMatch(/[1-9]/);
    }),
  );
});

it.each([
  [0, '$0'],
  [0.0005, '$0.0005'],
  [0.1, '$0.10'],
  [0.025, '$0.025'],
  [5, '$5'],
])('writes %d at an axis as %s', (value, text) => {
  expect(moneyTick(value, 'USD', EN)).toBe(text);
});

it('shows rates by the kWh and the hour', () => {
  expect(rate(383_000, 'USD', EN)).toBe('$0.383/kWh');
  expect(rate(300_000, 'USD', EN)).toBe('$0.30/kWh');
  expect(shortRate(522_920, 'USD', EN)).toBe('52.3¢');
  expect(shortRate(-40_000, 'EUR', EN)).toBe('-4\u2009ct');
  expect(shortRate(1_250_000, 'NOK', EN)).toBe('kr\u00a01.25');
  expect(costPerHour(396, 522_920, 'USD', EN)).toBe('$0.207/h');
});

it.each([
  [0, '0\u2009ms'],
  [911.6, '912\u2009ms'],
  [999.6, '1.00\u2009s'],
  [8803, '8.80\u2009s'],
  [59_994, '60.0\u2009s'],
  [60_000, '1\u2009min'],
  [125_000, '2\u2009min 5\u2009s'],
  [15_480_000, '4\u2009h 18\u2009min'],
  [3_599_900, '1\u2009h'],
  [273_600_000, '3\u2009d 4\u2009h'],
])('writes %d ms as %s', (ms, text) => expect(duration(ms, EN)).toBe(text));

it('writes seconds for a column', () => expect(secondsColumn(8803, EN)).toBe('8.80'));

it('shows times in the zone, the day only where it is another', () => {
  const now = new Date('2026-11-24T00:30:00Z');
  expect(moment('2026-11-23T23:59:54.123Z', LA, now, EN)).toBe('15:59:54');
  expect(moment('2026-11-23T07:59:54Z', LA, now, EN)).toBe('Nov 22, 23:59:54');
  expect(moment('2025-11-23T23:59:54Z', LA, now, EN)).toBe('Nov 23, 2025, 15:59:54');
  expect(moment('2026-11-24T00:10:00Z', 'Asia/Kathmandu', now, EN)).toBe('05:55:00');
  expect(exactTime('2026-11-23T23:59:54.123Z', LA, EN)).toBe(
    'Mon, Nov 23, 2026, 15:59:54.123 GMT-08:00, America/Los_Angeles',
  );
  expect(offset('2026-07-01T00:00:00Z', LA)).toBe('−07:00');
  expect(offset('2026-07-01T00:00:00Z', 'UTC')).toBe('+00:00');
});

it('tells a change only where there is something to compare with', () => {
  expect(change(12, 10)).toEqual({ direction: 'up', share: 0.2 });
  expect(change(8, 10)).toEqual({ direction: 'down', share: 0.2 });
  expect(change(3, 0)).toEqual({ direction: 'up', share: null });
  expect(change(0, 0)).toEqual({ direction: 'same', share: 0 });
});
