import type { EnergyQuality, RequestEnergy, TimeSplit } from '@ollameter/admin-contract';
import { type EnergySlice, fromNumeric, PJ_PER_JOULE } from '@ollameter/cost-model';
import { fromStoredSlices, type StoredSlice } from '../../energy/stored-slice';
import { toEnergyAmount } from './energy-amount';

/** A row of the log with its charge, as the driver gives it. */
export interface RequestEnergyRow {
  id: string;
  host: string | null;
  wasActive: boolean;
  queueMs: number | null;
  ollamaQueueMs: number | null;
  loadMs: number | null;
  promptMs: number | null;
  generateMs: number | null;
  promptTokens: number | null;
  cachedPromptTokens: number | null;
  completionTokens: number | null;
  quality: EnergyQuality | null;
  source: string | null;
  scope: string | null;
  concurrency: number | null;
  currency: string | null;
  energyPj: string | null;
  costNumerator: string | null;
  floorPj: string | null;
  floorCostNumerator: string | null;
  slices: StoredSlice[] | null;
}

/** The slices that a request's charge is made of; they sum to it, to the unit. */
export function toRequestEnergy(row: RequestEnergyRow): RequestEnergy {
  const slices = fromStoredSlices(row.slices ?? []).slices;
  const [energyPj, costNumerator] = [row.energyPj, row.costNumerator].map(exact);
  const [floorPj, floorCostNumerator] = [row.floorPj, row.floorCostNumerator].map(exact);
  return {
    id: row.id,
    host: row.host,
    energyQuality: row.quality ?? (row.wasActive ? 'pending' : 'constant'),
    source: row.source,
    scope: row.scope,
    concurrency: row.concurrency,
    currency: row.currency,
    total: energyPj == null || costNumerator == null ? null : toEnergyAmount({ energyPj, costNumerator }),
    marginal:
      energyPj == null || costNumerator == null || floorPj == null || floorCostNumerator == null
        ? null
        : toEnergyAmount({
            energyPj: energyPj - floorPj,
            costNumerator: costNumerator - floorCostNumerator,
          }),
    timeSplit: toTimeSplit(row),
    slices: slices.map(toSlice),
  };
}

function exact(text: string | null): bigint | null {
  return text === null ? null : fromNumeric(text);
}

function toSlice(slice: EnergySlice): RequestEnergy['slices'][number] {
  const durationUs = slice.toUs - slice.fromUs;
  return {
    from: toIsoMicros(slice.fromUs),
    phase: slice.phase,
    seconds: durationUs / 1e6,
    watts: Number((slice.hostPj * 1_000_000n) / PJ_PER_JOULE) / durationUs,
    sharedBy: slice.sharedUs / durationUs,
    rateMicrosPerKwh: Number(slice.rateMicrosPerKwh),
    tariffVersion: slice.tariffVersionId,
    currency: slice.currency,
    ...toEnergyAmount({
      energyPj: slice.energyPj,
      costNumerator: slice.energyPj * slice.rateMicrosPerKwh,
    }),
  };
}

function toTimeSplit(row: RequestEnergyRow): TimeSplit {
  return {
    gatewayQueueMs: row.queueMs,
    ollamaQueueMs: row.ollamaQueueMs,
    loadMs: row.loadMs,
    promptMs: row.promptMs,
    generateMs: row.generateMs,
    promptTokensPerSecond: perSecond(evaluatedTokens(row), row.promptMs),
    generateTokensPerSecond: perSecond(row.completionTokens, row.generateMs),
  };
}

/** Ollama's prompt time covers what it did not take from its cache. */
function evaluatedTokens({ promptTokens, cachedPromptTokens }: RequestEnergyRow): number | null {
  return promptTokens === null ? null : promptTokens - (cachedPromptTokens ?? 0);
}

function perSecond(tokens: number | null, ms: number | null): number | null {
  return tokens === null || ms === null || ms <= 0 ? null : (tokens * 1_000) / ms;
}

function toIsoMicros(us: number): string {
  const micros = String(us % 1_000).padStart(3, '0');
  return new Date(Math.floor(us / 1_000)).toISOString().replace('Z', `${micros}Z`);
}
