import type { Activity, Phase } from './activity';

/**
 * How a stretch is shared: equally; by the tokens that each request processes in it; or by those tokens weighed by what
 * one of its model and phase takes (a prompt's tokens are computed together and take less than generated ones).
 */
export type Sharing = 'equal' | 'tokens' | 'phases';

/** Tokens per µs are compared as integers: tokens × WEIGHT_SCALE / µs. */
const WEIGHT_SCALE = 1e12;

/** What a request weighs while it is in a phase; null where its tokens, or what one weighs, are not known. */
export function weightOf(activity: Activity, phase: Phase, sharing: Sharing): bigint | null {
  const { fromUs, toUs, promptToUs = fromUs, tokens, tokenWeights } = activity;
  const each = sharing === 'phases' ? tokenWeights?.[phase] : 1;
  if (tokens === undefined || each === undefined) return null;
  const turnUs = Math.min(Math.max(promptToUs, fromUs), toUs);
  const durationUs = phase === 'prompt' ? turnUs - fromUs : toUs - turnUs;
  return BigInt(Math.round((tokens[phase] * each * WEIGHT_SCALE) / Math.max(1, durationUs)));
}
