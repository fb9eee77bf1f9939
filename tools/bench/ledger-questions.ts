import { PLANTED } from './ledger-seed.ts';

/** A question to the admin API, and the most that its 95th percentile should take. */
export interface Question {
  name: string;
  path: string;
  aimMs: number;
}

const PERIODS = ['today', 'week', 'month', 'year', 'all'] as const;

/**
 * @param cursor of a row half way back
 * @param keyId of the busiest key
 */
export function questions(cursor: string, keyId: string): Question[] {
  const page = (name: string, query: string): Question => ({ name, path: `/api/logs?${query}`, aimMs: 50 });
  const search = (name: string, q: string): Question => ({
    name: `search: ${name}`,
    path: `/api/logs?q=${encodeURIComponent(q)}`,
    aimMs: 300,
  });
  const series = (period: string, more = '', name = `series ${period}${more}`): Question => ({
    name,
    path: `/api/analytics/series?period=${period}${more}`,
    aimMs: 50,
  });
  return [
    { name: 'the admin API itself', path: '/api/auth/me', aimMs: 50 },
    page('first page', ''),
    page('page 100', 'page=100'),
    page('page 5,000 (deepest)', 'page=5000'),
    page('by cursor, half way back', `cursor=${cursor}`),
    page('one key', 'key=key-3'),
    page('one model', 'model=gemma3:12b'),
    page('failed', 'outcome=upstream_failed'),
    page('a status nobody has', 'outcome=all&status=418'),
    page('a month', 'from=2026-06-01&to=2026-07-01'),
    page('slow ones', 'minDurationMs=50000'),
    page('dear ones', 'minCost=1'),
    search(`common word (${PLANTED.common[1] * 100} %)`, PLANTED.common[0]),
    search(`middling word (${PLANTED.middling[1] * 100} %)`, PLANTED.middling[0]),
    search('rare word', PLANTED.rare[0]),
    search('part of a rare word', 'ylophon'),
    search('two words', `${PLANTED.common[0]} ${PLANTED.middling[0]}`),
    search('absent', 'qqzzqqzz'),
    search('two letters', 'zq'),
    ...PERIODS.map((period) => ({
      name: `overview ${period}`,
      path: `/api/analytics/overview?period=${period}`,
      aimMs: 50,
    })),
    ...PERIODS.map((period) => series(period)),
    series('year', '&groupBy=model'),
    series('month', '&groupBy=key&timezone=Asia/Kolkata'),
    { name: 'overview year of one key', path: `/api/analytics/overview?period=year&key=${keyId}`, aimMs: 50 },
    series('year', `&key=${keyId}`, 'series year of one key'),
    { name: 'breakdown year by key', path: '/api/analytics/breakdown?period=year&by=key', aimMs: 50 },
  ];
}
