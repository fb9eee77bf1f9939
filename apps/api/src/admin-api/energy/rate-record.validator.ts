import { registerDecorator } from 'class-validator';

/** 1000 ¤/kWh. */
export const MAX_RATE_MICROS = 1_000_000_000;
const MAX_PERIODS = 12;

/** Rates by period name: whole millionths. */
export function IsRateRecord(): PropertyDecorator {
  return (target, key) =>
    registerDecorator({
      name: 'isRateRecord',
      target: target.constructor,
      propertyName: String(key),
      options: {
        message: `must hold 1 to ${MAX_PERIODS} periods with whole millionths up to ${MAX_RATE_MICROS}`,
      },
      validator: { validate: isRateRecord },
    });
}

function isRateRecord(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length >= 1 &&
    entries.length <= MAX_PERIODS &&
    entries.every(
      ([name, rate]) =>
        name.length > 0 &&
        name.length <= 100 &&
        !name.includes('\u0000') &&
        Number.isInteger(rate) &&
        Math.abs(rate as number) <= MAX_RATE_MICROS,
    )
  );
}
