import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import {
  type Activity,
  energyBetween,
  type MeteredStep,
  sweep,
  type Sweep,
  type SweepWindow,
  Tariff,
  toCost,
  toEnergyWh,
  toSchedule,
  totalOf,
} from '@ollameter/cost-model';
import { EV_TOU_5 } from './ev-tou-5.ts';
import { quantiles } from './measure.ts';

const SECOND_US = 1_000_000;
const DAY_US = 86_400 * SECOND_US;
/** 15 July 2026, local midnight of San Diego. */
const DAY_FROM_US = Date.parse('2026-07-15T00:00:00-07:00') * 1_000;
const AIM_MS = 1_000;

interface Row {
  sharing: string;
  requests: number;
  samples: number;
  meanConcurrency: number;
  p50Ms: number;
  maxMs: number;
  /** CPU time of one settlement, which does not depend on what else the machine does; the mean. */
  cpuMs: number;
  /** cpuMs over that of a division per request and stretch without phases, prices or ledger, in the same run. */
  timesBaseline: number;
  /** Σ requests + load + idle = the meter, and so the cost. */
  exact: boolean;
  aimMet: boolean;
}

/**
 * Settles a simulated day of one host: overlapping requests, a plug read every second, a time-of-use tariff.
 * Options: `--requests` (10,000), `--runs` of each (7).
 */
export function energy(args: readonly string[]): Promise<{ rows: object[] } & Record<string, unknown>> {
  const { values } = parseArgs({
    args: [...args],
    options: { requests: { type: 'string', default: '10000' }, runs: { type: 'string', default: '7' } },
  });
  const window = dayOf(Number(values.requests), seeded(20_260_715));
  const runs = Number(values.runs);
  const baseline = timed(runs, () => divideEverywhere(window));
  const equal = rowOf('equal', window, runs, baseline.cpuMs);
  const rows = [equal.row, rowOf('tokens', window, runs, baseline.cpuMs).row];
  const { meteredPj } = equal.result;
  if (baseline.result.meteredPj !== meteredPj) throw new Error('the baseline metered another day');
  return Promise.resolve({
    rows,
    baselineCpuMs: baseline.cpuMs,
    meteredWh: toEnergyWh(meteredPj),
    cost: toCost(equal.result.ledger.reduce((sum, line) => sum + line.costNumerator, 0n)),
  });
}

function rowOf(
  sharing: 'equal' | 'tokens',
  window: SweepWindow,
  runs: number,
  baselineCpuMs: number,
): { row: Row; result: Sweep } {
  const { timesMs, cpuMs, result } = timed(runs, () => sweep({ ...window, sharing }));
  const { p50, max } = quantiles(timesMs);
  const activeUs = window.activities.reduce((sum, { fromUs, toUs }) => sum + toUs - fromUs, 0);
  const row = {
    sharing,
    requests: window.activities.length,
    samples: window.power.length,
    meanConcurrency: activeUs / busyUs(window.activities),
    p50Ms: p50,
    maxMs: max,
    cpuMs,
    timesBaseline: cpuMs / baselineCpuMs,
    exact: isExact(result),
    aimMet: p50 < AIM_MS,
  };
  if (!row.exact) throw new Error(`${sharing}: the shares do not sum to the meter`);
  return { row, result };
}

function timed<T>(runs: number, work: () => T): { timesMs: number[]; cpuMs: number; result: T } {
  let result = work();
  const before = process.cpuUsage();
  const timesMs = Array.from({ length: runs }, () => {
    const from = performance.now();
    result = work();
    return performance.now() - from;
  });
  const { user, system } = process.cpuUsage(before);
  return { timesMs, cpuMs: (user + system) / 1_000 / runs, result };
}

/** What the requests and the ledger say is what the meter counted, to the unit. */
function isExact({ shares, ledger, meteredPj }: Sweep): boolean {
  const totals = [...shares.values()].map(totalOf);
  const ofRequests = ledger.filter(({ kind }) => kind === 'request');
  const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);
  return (
    sum(ledger.map(({ energyPj }) => energyPj)) === meteredPj &&
    sum(totals.map(({ energyPj }) => energyPj)) === sum(ofRequests.map(({ energyPj }) => energyPj)) &&
    sum(totals.map(({ costNumerator }) => costNumerator ?? 0n)) ===
      sum(ofRequests.map(({ costNumerator }) => costNumerator))
  );
}

/** The plain way: at every cut, a big-integer division for each request that is active. */
function divideEverywhere({ activities, power, toUs }: SweepWindow): { meteredPj: bigint } {
  const shares = new Map<string, bigint>();
  const arrivals = activities.toSorted((a, b) => a.fromUs - b.fromUs);
  const cuts = [
    ...new Set([
      ...power.map(({ fromUs }) => fromUs),
      ...activities.flatMap(({ fromUs, promptToUs = fromUs, toUs: endUs }) => [fromUs, promptToUs, endUs]),
      toUs,
    ]),
  ].toSorted((a, b) => a - b);
  let meteredPj = 0n;
  let [next, stepAt] = [0, 0];
  let active: Activity[] = [];
  for (const [index, fromUs] of cuts.entries()) {
    const endUs = cuts[index + 1];
    if (endUs === undefined) break;
    while ((power[stepAt + 1]?.fromUs ?? Infinity) <= fromUs) stepAt += 1;
    active = active.filter((activity) => activity.toUs > fromUs);
    for (let comer = arrivals[next]; comer !== undefined && comer.fromUs <= fromUs; comer = arrivals[next]) {
      active.push(comer);
      next += 1;
    }
    const step = power[stepAt] ?? power[0];
    const energyPj = energyBetween(step, fromUs, endUs, active.length > 0 ? 'request' : 'idle');
    meteredPj += energyPj;
    for (const { id } of active) shares.set(id, (shares.get(id) ?? 0n) + energyPj / BigInt(active.length));
  }
  return { meteredPj };
}

function dayOf(requests: number, random: () => number): SweepWindow {
  const activities = Array.from({ length: requests }, (_, index): Activity => {
    const fromUs = DAY_FROM_US + Math.floor(random() * (DAY_US - 60 * SECOND_US));
    const promptUs = Math.floor((0.1 + random()) * SECOND_US);
    const generateUs = Math.floor((1 + random() * 40) * SECOND_US);
    return {
      id: `request-${String(index).padStart(6, '0')}`,
      fromUs,
      promptToUs: fromUs + promptUs,
      toUs: fromUs + promptUs + generateUs,
      tokens: { prompt: Math.ceil(random() * 4_000), generate: Math.ceil((generateUs / SECOND_US) * 30) },
    };
  });
  const [first, ...rest] = Array.from({ length: DAY_US / SECOND_US }, (_, second): MeteredStep => ({
    fromUs: DAY_FROM_US + second * SECOND_US,
    toUs: DAY_FROM_US + (second + 1) * SECOND_US,
    energyPj: BigInt(Math.floor((9 + random() * 130) * 1e9)) * 1_000n,
    idleMilliwatts: 9_000,
  }));
  if (first === undefined) throw new Error('a day has seconds');
  return {
    fromUs: DAY_FROM_US,
    toUs: DAY_FROM_US + DAY_US,
    power: [first, ...rest],
    tariff: new Tariff([{ id: 1, currency: 'USD', validFromUs: 0, schedule: toSchedule(EV_TOU_5) }]),
    activities,
  };
}

function busyUs(activities: readonly Activity[]): number {
  let [sumUs, coveredToUs] = [0, -Infinity];
  for (const { fromUs, toUs } of activities.toSorted((a, b) => a.fromUs - b.fromUs)) {
    sumUs += Math.max(0, toUs - Math.max(fromUs, coveredToUs));
    coveredToUs = Math.max(coveredToUs, toUs);
  }
  return sumUs;
}

/** Mulberry32: the same day in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
