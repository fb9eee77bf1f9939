/** How an exchange ended. `completed` means the client could read a whole answer. */
export const OUTCOMES = [
  'completed',
  'client_left',
  'rejected',
  'upstream_failed',
  'gateway_failed',
  'interrupted',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** `reported` by Ollama, or `counted` from its records when it told nothing (a client that left). */
export type TokensQuality = 'reported' | 'counted';

/** How a request's energy is known; `pending` until the settler has swept its interval. */
export type EnergyQuality = 'measured' | 'estimated' | 'constant' | 'pending';
