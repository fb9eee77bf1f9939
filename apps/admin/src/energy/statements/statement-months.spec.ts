import { recentMonths } from './statement-months';

it('counts months by the zone, across a year', () => {
  const justNewYear = Date.parse('2027-01-01T02:00:00Z');
  expect(recentMonths(justNewYear, 'America/Los_Angeles', 2).map(({ id }) => id)).toEqual([
    '2026-12',
    '2026-11',
  ]);
  expect(recentMonths(justNewYear, 'Europe/Berlin', 2).map(({ id }) => id)).toEqual(['2027-01', '2026-12']);
});
