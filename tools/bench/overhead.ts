import { cpuMs, quantiles } from './measure.ts';
import { RawClient, type Timing } from './raw-client.ts';
import { gatewayRequest, type ReplayOrder, upstreamRequest } from './replay-order.ts';
import { API_KEY, type Stage, type Target } from './stage.ts';

const ANSWER: ReplayOrder = { tokens: 16, write: 'whole', paceMs: 0 };

export interface OverheadRow {
  readonly target: string;
  readonly clients: number;
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** What the target adds to asking the upstream directly, at as many clients. */
  readonly addedP50Ms: number | null;
  readonly addedP99Ms: number | null;
  readonly cpuUsPerRequest: number | null;
  readonly failed: number;
}

/** Unary answers of 16 tokens: added latency and throughput, each against the upstream itself and nginx in front of it. */
export async function overhead(
  stage: Stage,
  seconds: number,
  crowds: readonly number[] = [1, 16, 64],
): Promise<OverheadRow[]> {
  const rows: OverheadRow[] = [];
  for (const clients of crowds) {
    let direct: OverheadRow | undefined;
    for (const target of stage.targets) {
      await drive(target, clients, Math.max(1, seconds / 4));
      const row = summary(target, clients, await drive(target, clients, seconds), direct);
      direct ??= row;
      rows.push(row);
    }
  }
  return rows;
}

interface Drive {
  timings: Timing[];
  elapsedMs: number;
  cpu: number | null;
}

/** Closed loop: each client asks again as soon as it has its answer. */
async function drive(target: Target, clients: number, seconds: number): Promise<Drive> {
  const request =
    target.name === 'gateway' ? gatewayRequest(ANSWER, false, API_KEY) : upstreamRequest(ANSWER);
  const open = await Promise.all(Array.from({ length: clients }, () => RawClient.open(target.url)));
  const timings: Timing[] = [];
  const fromMs = performance.now();
  const untilMs = fromMs + seconds * 1000;
  const cpuBefore = cpuMs(target.pid);
  await Promise.all(
    open.map(async (client) => {
      while (performance.now() < untilMs) timings.push(await client.ask(request));
    }),
  );
  const cpuAfter = cpuMs(target.pid);
  const elapsedMs = performance.now() - fromMs;
  for (const client of open) client.close();
  return { timings, elapsedMs, cpu: cpuBefore === null || cpuAfter === null ? null : cpuAfter - cpuBefore };
}

function summary(
  target: Target,
  clients: number,
  { timings, elapsedMs, cpu }: Drive,
  direct: OverheadRow | undefined,
): OverheadRow {
  const { p50, p99 } = quantiles(timings.map(({ askedAt, endedAt }) => endedAt - askedAt));
  return {
    target: target.name,
    clients,
    requests: timings.length,
    requestsPerSecond: (timings.length * 1000) / elapsedMs,
    p50Ms: p50,
    p99Ms: p99,
    addedP50Ms: direct === undefined ? null : p50 - direct.p50Ms,
    addedP99Ms: direct === undefined ? null : p99 - direct.p99Ms,
    cpuUsPerRequest: cpu === null ? null : (cpu * 1000) / timings.length,
    failed: timings.filter(({ status }) => status !== 200).length,
  };
}
