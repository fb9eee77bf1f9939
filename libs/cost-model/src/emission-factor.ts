const GRAMS_PER_POUND = 453.592_37;

/** lb/MWh, as EPA and WattTime state emissions, in g/kWh. */
export function toGramsPerKwh(poundsPerMwh: number): number {
  return (poundsPerMwh * GRAMS_PER_POUND) / 1_000;
}
