import fc from 'fast-check';
import { flatSchedule } from './rate-schedule';
import { Tariff, type TariffVersion } from './tariff';

const version = (id: number, validFromUs: number, rate = BigInt(id)): TariffVersion => ({
  id,
  currency: 'USD',
  schedule: flatSchedule(rate),
  validFromUs,
});

describe('Tariff', () => {
  it('takes the newest version that has begun', () => {
    const tariff = new Tariff([version(2, 100), version(1, 0), version(3, 200)]);
    expect([0, 99, 100, 199, 200, 1e15].map((us) => tariff.versionAt(us).id)).toEqual([1, 1, 2, 2, 3, 3]);
  });

  it('takes the later made of two that begin together', () => {
    expect(new Tariff([version(2, 0), version(1, 0)]).versionAt(0).id).toBe(2);
  });

  it('maps every instant to exactly one version, also before the first and through both folds of a clock', () => {
    const springForwardUs = Date.UTC(2026, 2, 8, 10) * 1_000;
    const fallBackUs = Date.UTC(2026, 10, 1, 9) * 1_000;
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 2_000_000_000_000_000 }), { minLength: 1, maxLength: 6 }),
        fc.oneof(
          fc.integer({ min: -1_000, max: 2_000_000_000_000_000 }),
          fc.integer({ min: -3_600_000_000, max: 3_600_000_000 }).map((offset) => springForwardUs + offset),
          fc.integer({ min: -3_600_000_000, max: 3_600_000_000 }).map((offset) => fallBackUs + offset),
        ),
        (starts, us) => {
          const sorted = starts.toSorted((a, b) => a - b);
          const tariff = new Tariff(starts.map((start) => version(sorted.indexOf(start), start)));
          const begun = sorted.filter((start) => start <= us).length;
          expect(tariff.versionAt(us).id).toBe(Math.max(begun - 1, 0));
        },
      ),
    );
  });

  it('needs a version', () => {
    expect(() => new Tariff([])).toThrow(RangeError);
  });
});
