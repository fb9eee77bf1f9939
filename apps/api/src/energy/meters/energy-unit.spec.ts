import { PJ_PER_JOULE, PJ_PER_WH, toEnergyWh } from '@ollameter/cost-model';
import fc from 'fast-check';
import { ofValue } from './energy-unit';

const picojoules = (value: number, unit: string) => ofValue(value, unit).counters[0]?.picojoules;

it('12: J, Wh and kWh are one energy, there and back, to the unit', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), (kilowattHours) => {
      const expected = BigInt(kilowattHours) * 1_000n * PJ_PER_WH;
      expect(picojoules(kilowattHours, 'kWh')).toBe(expected);
      expect(picojoules(kilowattHours * 1_000, 'Wh')).toBe(expected);
      expect(picojoules(kilowattHours * 3_600_000, 'J')).toBe(expected);
      expect(toEnergyWh(expected)).toBe(kilowattHours * 1_000);
    }),
  );
});

it('12: a thousand of the smaller unit are one of the larger', () => {
  fc.assert(
    fc.property(
      fc.nat(1_000_000),
      fc.constantFrom(['mJ', 'J'], ['J', 'kJ'], ['kJ', 'MJ'], ['mWh', 'Wh'], ['Wh', 'kWh'], ['kWh', 'MWh']),
      (value, [small = '', large = '']) => {
        expect(picojoules(value * 1_000, small)).toBe(picojoules(value, large));
      },
    ),
  );
});

it('12: mW, W and kW are one power', () => {
  fc.assert(
    fc.property(fc.nat(100_000), (watts) => {
      for (const [value, unit] of [
        [watts * 1_000, 'mW'],
        [watts, 'W'],
        [watts / 1_000, 'kW'],
      ] as const)
        expect(ofValue(value, unit).milliwatts).toBe(watts * 1_000);
    }),
  );
});

it('reads a counter to a millionth of its unit', () => {
  expect(picojoules(0.000_001, 'kWh')).toBe(PJ_PER_WH / 1_000n);
  expect(picojoules(12.345_678, 'J')).toBe((12_345_678n * PJ_PER_JOULE) / 1_000_000n);
});

it.each(['VA', 'constructor', '__proto__', ''])('refuses the unit %p', (unit) => {
  expect(() => ofValue(1, unit)).toThrow('expected one of mW, W, kW');
});
