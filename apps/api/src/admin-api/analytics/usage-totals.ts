import { OUTCOMES, type Outcome, type Percentiles, type UsageTotals } from '@ollameter/admin-contract';
import { fromNumeric, toCost, toEnergyWh } from '@ollameter/cost-model';
import { histogramPercentile, SPEED_SCALE } from '../../request-log/histogram';
import type { OutcomeSums, UsageHistograms, UsageSums } from './usage.repository';

const FAILED: readonly Outcome[] = ['rejected', 'upstream_failed', 'gateway_failed'];

/**
 * A period's totals from its sums. `avgDurationMs` is per completed request; `avgTokensPerSecond` is the answer
 * tokens of completed requests over the time they took to generate.
 */
export function toUsageTotals(
  { outcomes, histograms, activeKeys }: UsageSums,
  currency: string,
): UsageTotals {
  const requestsByOutcome = Object.fromEntries(
    OUTCOMES.map((outcome) => [
      outcome,
      Number(outcomes.find((sums) => sums.outcome === outcome)?.requests ?? 0),
    ]),
  ) as Record<Outcome, number>;
  const completed = outcomes.find((sums) => sums.outcome === 'completed');
  const requests = requestsByOutcome.completed;
  const [promptTokens, completionTokens] = [
    total(outcomes, 'promptTokens'),
    total(outcomes, 'completionTokens'),
  ];
  const [energyPj, costNumerator] = [total(outcomes, 'energyPj'), total(outcomes, 'costNumerator')];
  return {
    requests,
    requestsByOutcome,
    errors: FAILED.reduce((sum, outcome) => sum + requestsByOutcome[outcome], 0),
    promptTokens: Number(promptTokens),
    completionTokens: Number(completionTokens),
    totalTokens: Number(promptTokens + completionTokens),
    energyWh: toEnergyWh(energyPj),
    energyPj: String(energyPj),
    cost: toCost(costNumerator),
    costNumerator: String(costNumerator),
    currency,
    avgDurationMs: completed !== undefined && requests > 0 ? completed.durationMs / requests : null,
    avgTokensPerSecond:
      completed !== undefined && completed.generateMs > 0
        ? (Number(completed.completionTokens) * 1000) / completed.generateMs
        : null,
    p50: percentiles(histograms, 0.5),
    p95: percentiles(histograms, 0.95),
    p99: percentiles(histograms, 0.99),
    activeKeys,
  };
}

function total(
  outcomes: readonly OutcomeSums[],
  field: 'promptTokens' | 'completionTokens' | 'energyPj' | 'costNumerator',
): bigint {
  return outcomes.reduce((sum, outcome) => sum + fromNumeric(outcome[field]), 0n);
}

function percentiles(histograms: UsageHistograms, share: number): Percentiles {
  const scaledSpeed = histogramPercentile(histograms.speed, share);
  return {
    durationMs: histogramPercentile(histograms.duration, share),
    ttftMs: histogramPercentile(histograms.ttft, share),
    tokensPerSecond: scaledSpeed === null ? null : scaledSpeed / SPEED_SCALE,
  };
}
