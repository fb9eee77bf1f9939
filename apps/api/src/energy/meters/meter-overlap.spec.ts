import type { MeterKind, MeterScope, MeterSettings } from '@ollameter/admin-contract';
import { overlapOf } from './meter-overlap';

interface Meter {
  kind?: MeterKind;
  host?: string;
  scope: MeterScope;
  settings?: MeterSettings;
  calibration?: number;
}
const meter = ({ kind = 'home_assistant', host = 'a:1', settings, calibration = 1, scope }: Meter) => ({
  kind,
  host,
  scope,
  settings: settings ?? { url: 'http://home', entity: `sensor.${host}` },
  calibration,
});
const overlaps = (a: Meter, b: Meter) => {
  const both = [overlapOf(meter(a), meter(b)), overlapOf(meter(b), meter(a))].map(
    (reason) => reason !== null,
  );
  expect(both[0]).toBe(both[1]);
  return both[0];
};

it.each([
  ['wall', 'wall', true],
  ['wall', 'soc', true],
  ['wall', 'gpu', true],
  ['wall', 'cpu', true],
  ['soc', 'gpu', true],
  ['soc', 'cpu', true],
  ['gpu', 'gpu', true],
  ['cpu', 'cpu', true],
  ['gpu', 'cpu', false],
  ['wall', 'constant', false],
  ['constant', 'constant', true],
] as const)('%s and %s of one host: %s', (a, b, expected) => {
  expect(overlaps({ scope: a }, { scope: b })).toBe(expected);
  expect(overlaps({ scope: a }, { scope: b, host: 'b:1' })).toBe(false);
});

it('takes cards apart that are named, or of two makers', () => {
  const card = (kind: 'nvidia' | 'amd_gpu', devices?: number[]): Meter => ({
    kind,
    scope: 'gpu',
    settings: { ...(devices !== undefined && { devices }) },
  });
  expect(overlaps(card('nvidia', [0]), card('nvidia', [1]))).toBe(false);
  expect(overlaps(card('nvidia', [0, 1]), card('nvidia', [1]))).toBe(true);
  expect(overlaps(card('nvidia', [0]), card('nvidia'))).toBe(true);
  expect(overlaps(card('nvidia'), card('amd_gpu'))).toBe(false);
});

it('lets one plug serve two hosts only with calibrations that add up to at most 1', () => {
  const plug = (host: string, calibration: number, url = 'http://plug'): Meter => ({
    kind: 'shelly',
    scope: 'wall',
    host,
    calibration,
    settings: { url },
  });
  expect(overlaps(plug('a:1', 0.5), plug('b:1', 0.5, 'http://plug/'))).toBe(false);
  expect(overlaps(plug('a:1', 0.5), plug('b:1', 0.6))).toBe(true);
  expect(overlaps(plug('a:1', 1), plug('b:1', 1, 'http://other'))).toBe(false);
});
