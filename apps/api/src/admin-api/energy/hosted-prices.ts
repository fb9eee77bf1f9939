/**
 * List prices of hosted APIs, as of one date; what is not here is unknown. `same` is the same open weights; an
 * `alternative` is another model, to be shown as such.
 */
export const HOSTED_PRICES_DATE = '2026-11-23';
export const HOSTED_PRICES_SOURCE = 'docs.rs/aicost';
export const HOSTED_CURRENCY = 'USD';

export interface HostedOffer {
  /** Which local models it is an offer for. */
  readonly models: RegExp;
  readonly provider: string;
  readonly offer: string;
  readonly relation: 'same' | 'alternative';
  /** Decimal, USD per million tokens. */
  readonly promptUsdPerMillion: string;
  readonly completionUsdPerMillion: string;
}

const HOSTED_OFFERS: readonly HostedOffer[] = [
  {
    models: /^llama-?3\.1:8b/,
    provider: 'Groq',
    offer: 'llama-3.1-8b-instant',
    relation: 'same',
    promptUsdPerMillion: '0.05',
    completionUsdPerMillion: '0.08',
  },
];

/** The offers for a local model, as Ollama names it. */
export function offersFor(model: string): HostedOffer[] {
  return HOSTED_OFFERS.filter(({ models }) => models.test(model));
}

/** A decimal of at most six fraction digits as millionths. */
export function toMicros(decimal: string): bigint {
  const [whole = '0', fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.padEnd(6, '0').slice(0, 6));
}
