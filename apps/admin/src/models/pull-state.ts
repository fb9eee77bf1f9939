import type { PullEnd, PullProgress } from '@ollameter/admin-contract';

interface Layer {
  completedBytes: number;
  totalBytes: number;
}

/** A download on its way, or how it ended. */
export interface PullState {
  name: string;
  /** What the last host said, in Ollama's words. */
  status: string;
  /** By host and layer. */
  layers: Readonly<Record<string, Layer>>;
  /** Why it ended badly; null while it runs, and after it ended well. */
  error: string | null;
  isOver: boolean;
}

export function newPull(name: string): PullState {
  return { name, status: 'starting', layers: {}, error: null, isOver: false };
}

export function withProgress(pull: PullState, progress: PullProgress): PullState {
  const { host, status, completedBytes, totalBytes } = progress;
  const layers =
    totalBytes === null
      ? pull.layers
      : { ...pull.layers, [`${host} ${status}`]: { completedBytes: completedBytes ?? 0, totalBytes } };
  return { ...pull, status, layers };
}

export function withEnd(pull: PullState, end: PullEnd): PullState {
  const failed = end.hosts.filter(({ error }) => error !== null);
  const error = failed.map((each) => `${each.host}: ${each.error ?? ''}`).join('; ');
  return { ...pull, isOver: true, error: error === '' ? null : error };
}

/** Bytes of all layers on all hosts known so far; null before the first. */
export function pullTotals({ layers }: PullState): Layer | null {
  const list = Object.values(layers);
  if (list.length === 0) return null;
  return {
    completedBytes: list.reduce((sum, layer) => sum + layer.completedBytes, 0),
    totalBytes: list.reduce((sum, layer) => sum + layer.totalBytes, 0),
  };
}
