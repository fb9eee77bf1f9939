/** A decimal number as a person types it, `0.383`, in integer millionths; null for anything else or more than six decimals. */
export function toMicros(text: string): number | null {
  const parts = /^\s*([-−+]?)(\d*)(?:[.,](\d{0,6}))?\s*$/.exec(text);
  const [, sign, whole = '', fraction = ''] = parts ?? [];
  if (parts === null || whole + fraction === '') return null;
  const micros = Number(whole) * 1e6 + Number(fraction.padEnd(6, '0'));
  return micros === 0 ? 0 : sign === '-' || sign === '−' ? -micros : micros;
}

/** The other way: `0.383`. */
export function fromMicros(micros: number): string {
  return String(Number((micros / 1e6).toFixed(6)));
}
