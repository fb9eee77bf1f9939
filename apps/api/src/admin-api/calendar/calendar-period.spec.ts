import { type PeriodRequest, toPeriodPair } from './calendar-period';
import { toIso } from '@ollameter/cost-model';

const ZONE = 'America/Los_Angeles';

/** Both spans as `from/to` in the zone. */
function pair(request: PeriodRequest, now: string, zone = ZONE, first: string | null = null): string[] {
  const { current, previous } = toPeriodPair(
    request,
    zone,
    Date.parse(now),
    first === null ? null : Date.parse(first),
  );
  return [current, previous].map(({ fromMs, toMs }) => `${toIso(fromMs, zone)}/${toIso(toMs, zone)}`);
}

describe('toPeriodPair', () => {
  it('compares today with yesterday to the same time of day', () => {
    expect(pair({}, '2026-05-05T15:30:00-07:00')).toEqual([
      '2026-05-05T00:00:00-07:00/2026-05-05T15:30:00-07:00',
      '2026-05-04T00:00:00-07:00/2026-05-04T15:30:00-07:00',
    ]);
  });

  it('does so by the wall clock on the day after a day of 23 hours', () => {
    expect(pair({ period: 'today' }, '2026-03-09T15:30:00-07:00')).toEqual([
      '2026-03-09T00:00:00-07:00/2026-03-09T15:30:00-07:00',
      '2026-03-08T00:00:00-08:00/2026-03-08T15:30:00-07:00',
    ]);
  });

  it('starts weeks on Monday', () => {
    expect(pair({ period: 'week' }, '2026-05-10T23:00:00-07:00')).toEqual([
      '2026-05-04T00:00:00-07:00/2026-05-10T23:00:00-07:00',
      '2026-04-27T00:00:00-07:00/2026-05-03T23:00:00-07:00',
    ]);
  });

  it('cuts the previous month at its end', () => {
    expect(pair({ period: 'month' }, '2026-03-31T12:00:00-07:00')).toEqual([
      '2026-03-01T00:00:00-08:00/2026-03-31T12:00:00-07:00',
      '2026-02-01T00:00:00-08:00/2026-03-01T00:00:00-08:00',
    ]);
  });

  it('knows years', () => {
    expect(pair({ period: 'year' }, '2026-01-02T00:00:00+05:30', 'Asia/Kolkata')).toEqual([
      '2026-01-01T00:00:00+05:30/2026-01-02T00:00:00+05:30',
      '2025-01-01T00:00:00+05:30/2025-01-02T00:00:00+05:30',
    ]);
  });

  it('begins all at the first use, or now without any', () => {
    const now = '2026-05-05T15:30:00-07:00';
    expect(pair({ period: 'all' }, now, ZONE, '2025-01-01T00:00:00-08:00')[0]).toBe(
      '2025-01-01T00:00:00-08:00/2026-05-05T15:30:00-07:00',
    );
    expect(pair({ period: 'all' }, now)[0]).toBe('2026-05-05T15:30:00-07:00/2026-05-05T15:30:00-07:00');
  });

  it('puts as much local time before given times as they hold', () => {
    expect(pair({ from: '2026-03-08', to: '2026-03-09' }, '2026-05-05T00:00:00Z')).toEqual([
      '2026-03-08T00:00:00-08:00/2026-03-09T00:00:00-07:00',
      '2026-03-07T00:00:00-08:00/2026-03-08T00:00:00-08:00',
    ]);
  });

  it('compares a running period to the same point, and says which quarter hours it counts', () => {
    expect(
      pair(
        { from: '2026-05-05T08:07:00-07:00', to: '2026-05-05T20:07:00-07:00' },
        '2026-05-05T12:00:00-07:00',
      ),
    ).toEqual([
      '2026-05-05T08:00:00-07:00/2026-05-05T20:15:00-07:00',
      '2026-05-04T19:45:00-07:00/2026-05-04T23:45:00-07:00',
    ]);
  });
});
