/** Prices of hosted APIs, per million tokens in millionths of a dollar; what is not here is unknown. */
export const HOSTED_PRICES_DATE = '2026-11-23';
export const HOSTED_CURRENCY = 'USD';

export interface HostedOffer {
  /** Which local models it is an offer for. */
  readonly models: RegExp;
  readonly provider: string;
  readonly offer: string;
  readonly relation: 'same' | 'alternative';
  readonly promptMicrosPerMillion: bigint;
  readonly completionMicrosPerMillion: bigint;
}

export const HOSTED_OFFERS: readonly HostedOffer[] = [
  {
    models: /^llama-?3\.1:8b/,
    provider: 'Groq',
    offer: 'llama-3.1-8b-instant',
    relation: 'same',
    promptMicrosPerMillion: 50_000n,
    completionMicrosPerMillion: 80_000n,
  },
];
