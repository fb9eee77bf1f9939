import { setTimeout as delay } from 'node:timers/promises';
import { cpuMs, quantiles, residentMb } from './measure.ts';
import { RawClient, type Timing } from './raw-client.ts';
import { gatewayRequest, type ReplayOrder, upstreamRequest } from './replay-order.ts';
import { API_KEY, type Stage, type Target } from './stage.ts';

const PACE_MS = 20;
/** What each token looks like on the two wires. */
const MARKS = { gateway: '"delta":{"content":', direct: '"done":false', nginx: '"done":false' } as const;
/** Nagle's algorithm against delayed acknowledgements waits this long on Linux. */
const NAGLE_MS = 38;

export interface StreamRow {
  readonly target: string;
  readonly streams: number;
  readonly tokensPerStream: number;
  readonly paceMs: number;
  readonly lostTokens: number;
  readonly failed: number;
  readonly tokensPerSecond: number;
  /** To the first byte. */
  readonly ttftP50Ms: number;
  readonly ttftP99Ms: number;
  /** Between reads that held a token. */
  readonly gapP50Ms: number;
  readonly gapP99Ms: number;
  readonly gapMaxMs: number;
  /** Share of gaps that are a pace and a Nagle delay long. */
  readonly nagleShare: number;
  readonly cpuUsPerToken: number | null;
  readonly memoryMb: { readonly before: number | null; readonly most: number | null };
}

/** Streams: what is added to the first token and between tokens, tokens a second without a pause, 512 paced at once. */
export async function stream(stage: Stage, seconds: number): Promise<StreamRow[]> {
  const rows: StreamRow[] = [];
  const pacedTokens = Math.max(32, Math.round((seconds * 1000) / PACE_MS));
  for (const target of stage.targets) {
    await run(target, 8, { tokens: 200, write: 'record', paceMs: 0 }, 2);
    rows.push(await run(target, 1, { tokens: pacedTokens, write: 'record', paceMs: PACE_MS }));
    rows.push(await run(target, 16, { tokens: 2000, write: 'record', paceMs: 0 }, Math.ceil(seconds)));
    rows.push(await run(target, 512, { tokens: pacedTokens, write: 'record', paceMs: PACE_MS }));
  }
  return rows;
}

async function run(target: Target, streams: number, order: ReplayOrder, rounds = 1): Promise<StreamRow> {
  const request = target.name === 'gateway' ? gatewayRequest(order, true, API_KEY) : upstreamRequest(order);
  const clients = await Promise.all(
    Array.from({ length: streams }, () => RawClient.open(target.url, MARKS[target.name], true)),
  );
  const before = residentMb(target.pid);
  let most = before;
  const watch = setInterval(() => (most = Math.max(most ?? 0, residentMb(target.pid) ?? 0)), 100);
  const cpuBefore = cpuMs(target.pid);
  const fromMs = performance.now();
  const timings: Timing[] = [];
  await Promise.all(
    clients.map(async (client, at) => {
      // A crowd does not press enter in the same millisecond.
      if (order.paceMs > 0) await delay((at * order.paceMs * 10) / streams);
      for (let round = 0; round < rounds; round++) timings.push(await client.ask(request));
    }),
  );
  const elapsedMs = performance.now() - fromMs;
  const cpu = cpuMs(target.pid);
  clearInterval(watch);
  for (const client of clients) client.close();
  const tokens = timings.reduce((sum, { marks }) => sum + marks, 0);
  const gaps = timings.flatMap(({ markedAt }) => markedAt.slice(1).map((at, i) => at - (markedAt[i] ?? at)));
  const ttft = quantiles(timings.map(({ askedAt, firstByteAt }) => firstByteAt - askedAt));
  const gap = quantiles(gaps);
  return {
    target: target.name,
    streams,
    tokensPerStream: order.tokens,
    paceMs: order.paceMs,
    lostTokens: streams * rounds * order.tokens - tokens,
    failed: timings.filter(({ status }) => status !== 200).length,
    tokensPerSecond: (tokens * 1000) / elapsedMs,
    ttftP50Ms: ttft.p50,
    ttftP99Ms: ttft.p99,
    gapP50Ms: gap.p50,
    gapP99Ms: gap.p99,
    gapMaxMs: gap.max,
    nagleShare: gaps.filter((ms) => ms > order.paceMs + NAGLE_MS).length / gaps.length,
    cpuUsPerToken: cpu === null || cpuBefore === null ? null : ((cpu - cpuBefore) * 1000) / tokens,
    memoryMb: { before, most },
  };
}
