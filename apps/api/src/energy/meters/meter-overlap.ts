import type { MeterScope } from '@ollameter/admin-contract';
import type { MeterRecord } from './meter.repository';

type Seen = Pick<MeterRecord, 'kind' | 'host' | 'settings' | 'scope' | 'calibration'>;

/** Scopes of one machine that see the same energy. A GPU's meter and a CPU's do not. */
const SEES: Record<MeterScope, readonly MeterScope[]> = {
  wall: ['wall', 'soc', 'gpu', 'cpu'],
  soc: ['wall', 'soc', 'gpu', 'cpu'],
  gpu: ['wall', 'soc', 'gpu'],
  cpu: ['wall', 'soc', 'cpu'],
  constant: ['constant'],
};

/** Why two enabled meters would count energy twice, fit for a person; null where they would not. */
export function overlapOf(a: Seen, b: Seen): string | null {
  if (a.host !== b.host) {
    const isShared = isSameDevice(a, b) && a.calibration + b.calibration > 1;
    return isShared ? `it reads the same device for host ${b.host}; the calibrations may add up to 1` : null;
  }
  if (!SEES[a.scope].includes(b.scope)) return null;
  if (a.scope === 'constant') return `host ${b.host} has a constant already`;
  if (a.scope === 'gpu' && b.scope === 'gpu' && areOtherCards(a, b)) return null;
  return `it sees ${WORDS[b.scope]} of host ${b.host}, which ${WORDS[a.scope]} ${a.scope === b.scope ? 'is' : 'overlaps'}`;
}

const WORDS: Record<MeterScope, string> = {
  wall: 'the whole machine',
  soc: 'the chip',
  gpu: 'the GPU',
  cpu: 'the CPU',
  constant: 'a constant',
};

/** Cards of one maker that are named and differ, or of two makers. */
function areOtherCards(a: Seen, b: Seen): boolean {
  const kinds = [a.kind, b.kind];
  if (!kinds.every((kind) => kind === 'nvidia' || kind === 'amd_gpu')) return false;
  return a.kind !== b.kind || !shareDevices(a, b);
}

/** Whether two meters read one thing. */
export function isSameDevice(a: Seen, b: Seen): boolean {
  if (a.kind !== b.kind || a.kind === 'constant') return false;
  if (a.kind === 'nvidia' || a.kind === 'amd_gpu') return shareDevices(a, b);
  const identity = ({ settings: { url, channel, entity, query } }: Seen) =>
    JSON.stringify([url?.replace(/\/+$/, '') ?? null, channel ?? 0, entity ?? null, query ?? null]);
  return identity(a) === identity(b);
}

function shareDevices(a: Seen, b: Seen): boolean {
  const [mine, others] = [a.settings.devices, b.settings.devices];
  return mine === undefined || others === undefined || mine.some((card) => others.includes(card));
}
