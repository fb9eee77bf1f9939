import type { MeterInput } from '@ollameter/admin-contract';
import { emptyMeter, toMeterDraft, toMeterInput } from './meter-fields';

it.each<MeterInput>([
  {
    name: 'Shelly Plug S',
    kind: 'shelly',
    host: 'rig',
    settings: { url: 'http://192.168.1.20', channel: 1 },
    calibration: 1,
    enabled: true,
  },
  {
    name: 'Cards',
    kind: 'nvidia',
    host: 'rig',
    settings: { devices: [0, 2] },
    calibration: 1.18,
    intervalMs: 2000,
    enabled: false,
  },
  {
    name: 'UPS',
    kind: 'home_assistant',
    host: 'rig',
    settings: { url: 'http://ha:8123', entity: 'sensor.ups' },
    calibration: 0.5,
    enabled: true,
    scope: 'wall',
  },
])('$name is the same after being opened and saved', (meter) => {
  expect(toMeterInput(toMeterDraft(meter))).toEqual(meter);
});

it('sends the fields of its own kind only', () => {
  const draft = { ...emptyMeter('constant', 'rig'), name: ' Said ', secret: 'left over', devices: '1' };
  draft.settings = { url: 'http://left.over', activeWatts: '80', idleWatts: ' ' };
  expect(toMeterInput(draft)).toEqual({
    name: 'Said',
    kind: 'constant',
    host: 'rig',
    settings: { activeWatts: 80 },
    calibration: 1,
    enabled: true,
  });
});
