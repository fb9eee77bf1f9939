import type { LivePhase, LiveRequest } from '@ollameter/admin-contract';

export const PHASE_NAMES: Record<LivePhase, string> = {
  queued: 'Queued',
  waiting: 'Waiting for the model',
  loading: 'Loading the model',
  prompt: 'Reading the prompt',
  generating: 'Generating',
  finishing: 'Finishing',
};

/** Which of the four colours of time a phase has. */
export const PHASE_KEYS: Record<LivePhase, 'kq' | 'kl' | 'kp' | 'kgen'> = {
  queued: 'kq',
  waiting: 'kp',
  loading: 'kl',
  prompt: 'kp',
  generating: 'kgen',
  finishing: 'kgen',
};

/** `Queued, next`, `Queued, 3rd`, `Generating`. */
export function phaseText({ phase, position }: Pick<LiveRequest, 'phase' | 'position'>): string {
  if (phase !== 'queued' || position === null) return PHASE_NAMES[phase];
  if (position === 1) return 'Queued, next';
  const ending = { one: 'st', two: 'nd', few: 'rd', other: 'th', zero: 'th', many: 'th' };
  return `Queued, ${position}${ending[new Intl.PluralRules('en', { type: 'ordinal' }).select(position)]}`;
}
