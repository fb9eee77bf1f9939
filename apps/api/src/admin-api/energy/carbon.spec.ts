import { energyOf } from '@ollameter/cost-model';
import { toCarbon } from './carbon';

describe('toCarbon', () => {
  it('takes the seed case’s 0.1111 Wh at 195 g/kWh for 0.0217 g', () => {
    const { grams, factor } = toCarbon(energyOf(80_000, 5_000_000), {
      gramsPerKwh: 195,
      kind: 'average',
      source: '',
    });
    expect(grams).toBeCloseTo(0.0217, 4);
    expect(factor).toMatchObject({ kind: 'average', date: '2023-12-31' });
  });

  it('says of another factor what its owner said of it', () => {
    const { grams, factor } = toCarbon(energyOf(1_000_000, 3_600_000_000), {
      gramsPerKwh: 430,
      kind: 'marginal',
      source: 'WattTime, CAISO_NORTH, 2026-10',
    });
    expect(grams).toBe(430);
    expect(factor).toMatchObject({
      kind: 'marginal',
      source: 'WattTime, CAISO_NORTH, 2026-10',
      estimated: true,
    });
  });
});
