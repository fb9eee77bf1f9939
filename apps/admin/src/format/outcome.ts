import type { EnergyQuality, Outcome } from '@ollameter/admin-contract';

export interface Words {
  name: string;
  meaning: string;
  tone: 'ok' | 'warn' | 'bad' | '';
}

/** How an exchange ended, in a person's words. */
export const OUTCOME_WORDS: Record<Outcome, Words> = {
  completed: { name: 'Completed', meaning: 'answered in full', tone: 'ok' },
  client_left: { name: 'Client left', meaning: 'the connection was closed early', tone: '' },
  rejected: { name: 'Rejected', meaning: 'by a limit, a rule or the request itself', tone: 'warn' },
  upstream_failed: { name: 'Ollama failed', meaning: 'no answer, or it broke off', tone: 'bad' },
  gateway_failed: { name: 'Gateway failed', meaning: 'an error of the gateway', tone: 'bad' },
  interrupted: { name: 'Interrupted', meaning: 'the gateway stopped meanwhile', tone: 'bad' },
};

/** How a figure of energy is known. */
export const ENERGY_QUALITY_WORDS: Record<EnergyQuality, Words> = {
  measured: { name: 'measured', meaning: 'by a meter while it ran', tone: 'ok' },
  estimated: { name: 'estimated', meaning: 'the meter was silent for part of it', tone: 'warn' },
  constant: { name: 'constant', meaning: 'from the configured watts, not from a meter', tone: '' },
  pending: { name: 'pending', meaning: 'not settled yet', tone: '' },
};
