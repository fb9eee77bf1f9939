import type { EnergyQuality } from './outcome';

/** Where a request in flight is. */
export const LIVE_PHASES = ['queued', 'waiting', 'loading', 'prompt', 'generating', 'finishing'] as const;
/**
 * - `queued`: in the gateway's queue.
 * - `waiting`: has a slot; Ollama has not begun to answer (its own queue, or the prompt).
 * - `loading`: as `waiting`, and the host is loading the model.
 * - `generating`: tokens arrive.
 * - `finishing`: the upstream is done; the record is being kept.
 */
export type LivePhase = (typeof LIVE_PHASES)[number];

export interface LiveRequest {
  /** The row's id to be. */
  id: string;
  at: string;
  keyId: string | null;
  keyName: string | null;
  endpoint: string;
  model: string;
  streamed: boolean;
  /** Null while queued. */
  host: string | null;
  phase: LivePhase;
  /** 1 is next; null unless queued. */
  position: number | null;
  elapsedMs: number;
  /** In the gateway's queue, so far or in all. */
  queueMs: number;
  /** Records with text so far; the count of Ollama comes with the answer. */
  tokens: number;
  /** Since the first token; null before the second. */
  tokensPerSecond: number | null;
  /** An estimate from the host's power now and who shares it; the settler's figure comes with the row. */
  energyWh: number;
  clientAddress: string | null;
}

/** A model in a host's memory. */
export interface LoadedModel {
  name: string;
  sizeBytes: number;
  /** On the GPU. */
  vramBytes: number;
  contextLength: number | null;
  /** When it is to be unloaded, ISO; null: never, or unknown. */
  expiresAt: string | null;
}

export interface LiveHost {
  name: string;
  demo: boolean;
  reachable: boolean;
  slots: number;
  running: number;
  /** Null until the host was asked. */
  loaded: LoadedModel[] | null;
}

/** What the machines draw now. */
export interface LivePower {
  /** Of all hosts. */
  watts: number;
  quality: Exclude<EnergyQuality, 'pending'>;
  hosts: { host: string; watts: number; quality: Exclude<EnergyQuality, 'pending'> }[];
}

/** Every `state` event of `GET /api/live`, at most four a second: the whole picture, so that none must be kept. */
export interface LiveState {
  at: string;
  /** Oldest first, at most a hundred. A member sees only own ones. */
  requests: LiveRequest[];
  /** Requests in flight that are not in the list. */
  omitted: number;
  running: number;
  queued: number;
  power: LivePower;
  hosts: LiveHost[];
  spool: { records: number; bytes: number; oldestAgeMs: number };
}
