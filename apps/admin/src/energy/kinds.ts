import type { EnergyKind } from '@ollameter/admin-contract';
import type { ChartSeries } from '../charts/time-series';

export interface KindWords {
  kind: EnergyKind;
  name: string;
  meaning: string;
  hue: ChartSeries['hue'];
  /** Class of its key in legends. */
  key: string;
}

/** What electricity was used for, in the order in which it is stacked. */
export const KINDS: readonly KindWords[] = [
  { kind: 'request', name: 'Requests', meaning: 'shared among those that ran', hue: 3, key: 'k3' },
  { kind: 'load', name: 'Loading models', meaning: 'into memory', hue: 8, key: 'k8' },
  { kind: 'other', name: 'Other', meaning: 'metered too late to be charged', hue: 7, key: 'k7' },
  { kind: 'idle', name: 'Idle', meaning: 'nobody asked for anything', hue: 'rest', key: 'kr' },
];
