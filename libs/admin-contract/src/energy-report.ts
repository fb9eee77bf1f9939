import type { PeriodBounds } from './analytics';
import type { EnergyQuality } from './outcome';

/** An amount of energy and what it cost; integers as strings, figures rounded once. */
export interface EnergyAmount {
  energyWh: number;
  energyPj: string;
  cost: string;
  costNumerator: string;
}

/** `GET /api/logs/{id}/energy`: the slices sum to the row, to the unit. */
export interface RequestEnergy {
  id: string;
  host: string | null;
  energyQuality: EnergyQuality;
  source: string | null;
  scope: string | null;
  concurrency: number | null;
  currency: string | null;
  total: EnergyAmount | null;
  /** The same time without the machine's idle draw. */
  marginal: EnergyAmount | null;
  timeSplit: TimeSplit;
  slices: EnergySlice[];
}

/** Where a request's time went, ms; null is unknown. */
export interface TimeSplit {
  gatewayQueueMs: number | null;
  /** In Ollama, before loading and prompt. */
  ollamaQueueMs: number | null;
  loadMs: number | null;
  promptMs: number | null;
  generateMs: number | null;
  promptTokensPerSecond: number | null;
  generateTokensPerSecond: number | null;
}

export interface EnergySlice extends EnergyAmount {
  /** ISO, UTC, µs. */
  from: string;
  phase: 'prompt' | 'generate';
  seconds: number;
  /** What the whole machine drew, mean. */
  watts: number;
  /** Mean number of requests that shared it, this one included. */
  sharedBy: number;
  rateMicrosPerKwh: number;
  tariffVersion: number;
  currency: string;
}

export const ENERGY_KINDS = ['request', 'load', 'idle', 'other'] as const;
export type EnergyKind = (typeof ENERGY_KINDS)[number];

/** `GET /api/energy/overview?period|from,to`: where the electricity went. Sums to what was metered, exactly. */
export interface EnergyOverview {
  period: PeriodBounds;
  currency: string;
  total: EnergyAmount;
  byKind: Record<EnergyKind, EnergyAmount>;
  /** The same total where requests and loading pay only what they draw above the idle floor. */
  marginal: Record<EnergyKind, EnergyAmount>;
  /** Fixed daily charges of the tariff, apart. Decimal string. */
  fixedCost: string;
  carbon: Carbon;
  /** Ledger time that was priced in another currency and is not in these sums. */
  otherCurrencies: string[];
}

/** `GET /api/energy/series?period&bucket=15m|hour|day|month`, and `…/series/export?format=csv|json|jsonl`. */
export interface EnergySeries {
  bucket: '15m' | 'hour' | 'day' | 'month';
  timezone: string;
  currency: string;
  items: { at: string; byKind: Record<EnergyKind, EnergyAmount>; total: EnergyAmount }[];
}

export const ENERGY_GROUPS = ['key', 'user', 'model', 'host', 'hour', 'rate'] as const;
export type EnergyGroup = (typeof ENERGY_GROUPS)[number];

/**
 * `GET /api/energy/breakdown?by=…&period`, and `…/breakdown/export`: by the time of use; Σ items + rest = total, exactly.
 * By `key`, `user`, `model` and `host` the items are what requests were charged, in the order of energy. By `hour` (of the
 * local day, 24 items in their order) and `rate` (the tariff's periods) they are all that was metered, and `rest` is 0.
 */
export interface EnergyBreakdown {
  period: PeriodBounds;
  by: EnergyGroup;
  currency: string;
  items: EnergyBreakdownItem[];
  /** Loading, idling and the rest, and what running requests have used so far. */
  rest: Record<'load' | 'idle' | 'other' | 'running', EnergyAmount>;
  total: EnergyAmount;
}

export interface EnergyBreakdownItem extends EnergyAmount {
  /** Id of the key or user, name of the model or host, `0`–`23`, or the rate's period; null is nobody's. */
  id: string | null;
  name: string;
  /** Without the machine's idle draw. */
  marginal: EnergyAmount;
  /** Of the total, 0–1. */
  share: number;
  /** Mean rate that was paid, integer µ¤/kWh; null without energy. */
  meanRateMicrosPerKwh: number | null;
}

export interface Carbon {
  grams: number;
  factor: CarbonFactor;
}

/** Average and marginal factors answer different questions and are never mixed. */
export interface CarbonFactor {
  gramsPerKwh: number;
  kind: 'average' | 'marginal';
  source: string;
  date: string;
  estimated: boolean;
}

/** `GET /api/energy/idle?period`: idle and keep-warm, and what another keep_alive would have cost. */
export interface IdleReport {
  period: PeriodBounds;
  currency: string;
  idle: EnergyAmount;
  load: EnergyAmount;
  /** Mean watts of idle time; null without any. */
  idleWatts: number | null;
  models: { model: string; host: string; requests: number; busySeconds: number; coldStarts: number }[];
  /** By keep_alive in seconds; null keeps a model for ever. */
  keepAlive: {
    seconds: number | null;
    warmSeconds: number;
    coldStarts: number;
    energyWh: number;
    cost: string;
  }[];
  assumptions: string[];
}

/** `GET /api/energy/models?period`: the league table of the own hardware. */
export interface ModelLeague {
  period: PeriodBounds;
  currency: string;
  items: {
    model: string;
    host: string;
    requests: number;
    promptTokens: number;
    completionTokens: number;
    energyWh: number;
    cost: string;
    /** Per million completion tokens; null where there were none. */
    whPerMillionTokens: number | null;
    costPerMillionTokens: string | null;
    joulesPerToken: number | null;
    tokensPerSecond: number | null;
    concurrency: number | null;
    /** Outside 0.1–8 J per token: check the meter. */
    suspicious: boolean;
  }[];
}

/**
 * `GET /api/energy/pattern?period`: when the machines work, by the hour of the zone's week. All 168 hours, in order.
 * What a request, loading, idling and the rest drew together, divided by how often the period held that hour.
 */
export interface EnergyPattern {
  period: PeriodBounds;
  currency: string;
  items: {
    /** 0 is Monday. */
    weekday: number;
    hour: number;
    /** How often the period held this hour, by its quarter hours; 0 has no mean. */
    occurrences: number;
    meanWh: number | null;
    meanCost: string | null;
    /** Of `meanWh`, what was drawn for requests. */
    meanRequestWh: number | null;
  }[];
}

/** `GET /api/energy/cheapest?hours=24`: the coming hours by rate. */
export interface CheapestHours {
  currency: string;
  timezone: string;
  items: { from: string; to: string; rateMicrosPerKwh: number; period: string; rank: number }[];
}

/** `GET /api/energy/forecast`: to the end of the zone's month. */
export interface EnergyForecast {
  period: PeriodBounds;
  currency: string;
  soFar: EnergyAmount;
  /** Null while less than a day is known. */
  expected: { energyWh: number; cost: string; fixedCost: string } | null;
  /** What it rests on, or what is missing for it, in one sentence. */
  basis: string;
  daysOfHistory: number;
}

/** `GET /api/energy/what-if?tariff={id}&period` (or `POST` with a `TariffInput`): history is not touched. */
export interface WhatIf {
  period: PeriodBounds;
  /** Exact: every rate holds for whole quarter hours, and the ledger is kept by the quarter hour. */
  precision: 'exact';
  actual: { currency: string; cost: string; costNumerator: string; fixedCost: string };
  whatIf: {
    tariffId: number | null;
    name: string;
    currency: string;
    cost: string;
    costNumerator: string;
    fixedCost: string;
    byKind: Record<EnergyKind, string>;
    /** Energy of time for which a dynamic tariff knows no price: its fallback stands in. */
    unpricedWh: number;
  };
  /** What-if minus actual, without fixed charges; null across currencies. */
  difference: string | null;
}

/** `GET /api/energy/what-if/all?period`: the period under every stored tariff and every preset that needs no price list. */
export interface TariffComparison {
  period: PeriodBounds;
  /** What was charged. */
  actual: { currency: string; cost: string; fixedCost: string; total: string };
  /** The cheapest first, those of other currencies last. */
  items: {
    /** One of the two says which tariff it is. */
    tariffId: number | null;
    presetKey: string | null;
    name: string;
    currency: string;
    cost: string;
    fixedCost: string;
    /** cost + fixedCost. */
    total: string;
    /** total minus what was charged with its fixed charges; null across currencies. */
    difference: string | null;
    unpricedWh: number;
  }[];
}

/** `GET /api/energy/weights`: what a prompt token and a generated one weigh where `ENERGY_SHARING` is `phases`. */
export interface PhaseWeights {
  sharing: 'equal' | 'tokens' | 'phases';
  items: {
    host: string;
    model: string;
    /** J per uncached prompt token and per generated token, above idle, of requests that had the machine to themselves. */
    joulesPerPromptToken: number;
    joulesPerGeneratedToken: number;
    soloRequests: number;
    fittedAt: string;
  }[];
  /** A request of a model without weights makes its stretch be shared equally. */
  minSoloRequests: number;
}

/** `GET /api/energy/comparison?period`: the same traffic at hosted API prices. */
export interface HostedComparison {
  period: PeriodBounds;
  currency: string;
  /** Date and source of the price table. */
  pricesDate: string;
  pricesSource: string;
  items: {
    model: string;
    promptTokens: number;
    completionTokens: number;
    /** Share of idle and loading included, by energy. */
    localCost: string;
    offers: HostedOfferCost[];
  }[];
  /** Models of the period for which no hosted price of the same model is known; unknown is not 0. */
  unknownModels: string[];
  assumptions: string[];
}

export interface HostedOfferCost {
  provider: string;
  offer: string;
  /** `same` open model, or a labelled alternative. */
  relation: 'same' | 'alternative';
  /** List prices in USD per million tokens, decimal strings. */
  promptUsdPerMillion: string;
  completionUsdPerMillion: string;
  /** Null where the currency is not that of the prices. */
  hostedCost: string | null;
  /** Hosted minus local; negative where home electricity costs more. */
  savings: string | null;
}
