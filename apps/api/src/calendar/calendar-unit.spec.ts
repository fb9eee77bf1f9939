import { nextStart, startOf } from './calendar-unit';
import { toInstant, toIso, toLocal } from '@ollameter/cost-model';

const at = (iso: string) => Date.parse(iso);

describe('startOf', () => {
  it.each([
    ['day', '2026-03-08T20:00:00Z', 'America/Los_Angeles', '2026-03-08T00:00:00-08:00'],
    ['day', '2026-11-02T07:59:59Z', 'America/Los_Angeles', '2026-11-01T00:00:00-07:00'],
    ['week', '2026-11-01T12:00:00Z', 'UTC', '2026-10-26T00:00:00+00:00'],
    ['week', '2026-10-26T00:00:00Z', 'UTC', '2026-10-26T00:00:00+00:00'],
    ['month', '2026-03-31T18:29:59Z', 'Asia/Kolkata', '2026-03-01T00:00:00+05:30'],
    ['month', '2026-03-31T18:30:00Z', 'Asia/Kolkata', '2026-04-01T00:00:00+05:30'],
    ['year', '2026-01-01T04:59:59Z', 'America/New_York', '2025-01-01T00:00:00-05:00'],
    ['hour', '2026-05-05T10:29:00Z', 'Asia/Kolkata', '2026-05-05T15:00:00+05:30'],
    ['15m', '2026-05-05T10:29:00Z', 'Asia/Kathmandu', '2026-05-05T16:00:00+05:45'],
  ] as const)('%s of %s in %s is %s', (unit, instant, zone, start) => {
    expect(toIso(startOf(unit, at(instant), zone), zone)).toBe(start);
  });

  it('takes the first moment of a day whose midnight was skipped', () => {
    expect(toIso(startOf('day', at('2024-04-26T12:00:00Z'), 'Africa/Cairo'), 'Africa/Cairo')).toBe(
      '2024-04-26T01:00:00+03:00',
    );
  });

  it('takes the first of two midnights', () => {
    expect(toIso(startOf('day', at('2024-11-03T15:00:00Z'), 'America/Havana'), 'America/Havana')).toBe(
      '2024-11-03T00:00:00-04:00',
    );
  });
});

describe('nextStart', () => {
  it('steps over a day that a country left out', () => {
    const start = at('2011-12-29T10:00:00Z'); // 29 December 2011 in Samoa, UTC−10
    const next = nextStart('day', start, 'Pacific/Apia');
    expect(toIso(next, 'Pacific/Apia')).toBe('2011-12-31T00:00:00+14:00');
    expect(toIso(nextStart('day', next, 'Pacific/Apia'), 'Pacific/Apia')).toBe('2012-01-01T00:00:00+14:00');
  });

  it('gives shorter hours where the clock jumps by half of one', () => {
    const zone = 'Australia/Lord_Howe';
    const hours = [at('2026-04-04T13:00:00Z')];
    for (let n = 0; n < 4; n += 1) hours.push(nextStart('hour', hours.at(-1) ?? 0, zone));
    expect(hours.map((hour) => toIso(hour, zone).slice(11))).toEqual([
      '00:00:00+11:00',
      '01:00:00+11:00',
      '01:30:00+10:30',
      '02:00:00+10:30',
      '03:00:00+10:30',
    ]);
  });
});

describe('toInstant', () => {
  it('undoes toLocal except in the second of two equal hours', () => {
    const zone = 'America/Los_Angeles';
    const second = at('2026-11-01T01:30:00-08:00');
    expect(toInstant(toLocal(second, zone), zone)).toBe(at('2026-11-01T01:30:00-07:00'));
    const other = at('2026-11-01T02:30:00-08:00');
    expect(toInstant(toLocal(other, zone), zone)).toBe(other);
  });
});
