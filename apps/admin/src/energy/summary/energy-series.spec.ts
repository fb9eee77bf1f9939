import type { EnergyAmount, EnergySeries } from '@ollameter/admin-contract';
import { energyChart } from './energy-series';

const ZONE = 'America/Los_Angeles';
const amount = (energyWh: number): EnergyAmount => ({
  energyWh,
  energyPj: String(energyWh * 3.6e15),
  cost: (energyWh * 0.0005).toFixed(12),
  costNumerator: '0',
});
const NONE = amount(0);
const SERIES: EnergySeries = {
  bucket: 'hour',
  timezone: ZONE,
  currency: 'USD',
  items: [15, 16, 17].map((hour) => ({
    at: `2026-11-24T${hour}:00:00-08:00`,
    byKind: { request: amount(hour - 14), load: NONE, idle: amount(2), other: NONE },
    total: amount(hour - 12),
  })),
};
const RATES = {
  currency: 'USD',
  items: [
    {
      from: '2026-11-24T22:00:00Z',
      to: '2026-11-25T00:00:00Z',
      rateMicrosPerKwh: 466_390,
      period: 'off-peak',
    },
    {
      from: '2026-11-25T00:00:00Z',
      to: '2026-11-25T05:00:00Z',
      rateMicrosPerKwh: 522_920,
      period: 'on-peak',
    },
  ],
};
const NOW = Date.parse('2026-11-24T16:42:00-08:00');
const END = Date.parse('2026-11-24T18:00:00-08:00');

it('stacks what was used, leaves what is to come open, and marks now and the prices', () => {
  const chart = energyChart(SERIES, RATES, 'energy', ZONE, NOW, END);
  expect(chart.series.map(({ name, values }) => [name, values])).toEqual([
    ['Requests', [1, 2, null]],
    ['Idle', [2, 2, null]],
  ]);
  expect(chart.labels).toEqual(['15:00', '16:00', '17:00']);
  expect(chart.mark).toEqual({ at: 1.7, label: '16:42' });
  expect(chart.bands.map(({ from, to, level }) => [from, to, level])).toEqual([
    [0, 1, 1],
    [1, 3, 3],
  ]);
});

it('gives the same as a table, with what was metered', () => {
  const { table } = energyChart(SERIES, undefined, 'cost', ZONE, NOW, END);
  expect(table.columns.map(({ name }) => name)).toEqual([
    'Time',
    'Requests, Wh',
    'Requests, USD',
    'Idle, Wh',
    'Idle, USD',
    'Metered, Wh',
    'Metered, USD',
  ]);
  expect(table.rows.map((row) => row.map(({ value }) => value))).toEqual([
    ['2026-11-24T15:00:00-08:00', 1, '0.000500000000', 2, '0.001000000000', 3, '0.001500000000'],
    ['2026-11-24T16:00:00-08:00', 2, '0.001000000000', 2, '0.001000000000', 4, '0.002000000000'],
  ]);
});

it('has no mark and no prices behind days', () => {
  const chart = energyChart({ ...SERIES, bucket: 'day' }, RATES, 'cost', ZONE, NOW, END);
  expect([chart.mark, chart.bands]).toEqual([null, []]);
});
