import type { LivePhase, LiveRequest } from '@ollameter/admin-contract';
import type { Exchange } from '../../exchange/exchange';
import { nowUs } from '../../exchange/gateway-clock';
import type { ExchangeProgress } from '../../exchange/in-flight';

/** What of a request in flight stands elsewhere than in its exchange. */
export interface LiveSurroundings {
  position: number | null;
  /** Whether the host has the model in memory; null while that is not known. */
  isLoaded: boolean | null;
  energyWh: number;
}

/** An exchange as the live feed shows it. */
export function toLiveRequest(exchange: Exchange, around: LiveSurroundings): LiveRequest {
  const { caller, subject, progress } = exchange;
  return {
    id: exchange.id,
    at: new Date(exchange.atMs).toISOString(),
    keyId: caller?.keyId ?? null,
    keyName: caller?.keyName ?? null,
    endpoint: exchange.endpoint,
    model: subject?.model ?? '',
    streamed: subject?.streamed ?? false,
    host: progress?.host ?? null,
    phase: phaseOf(progress, around.isLoaded),
    position: progress === null ? around.position : null,
    elapsedMs: Math.round(exchange.elapsedMs),
    queueMs: Math.round(exchange.queueMs),
    tokens: progress?.tokens ?? 0,
    tokensPerSecond: tokensPerSecond(progress),
    energyWh: Number(around.energyWh.toPrecision(4)),
    clientAddress: exchange.clientAddress,
  };
}

function phaseOf(progress: ExchangeProgress | null, isLoaded: boolean | null): LivePhase {
  if (progress === null) return 'queued';
  if (progress.upstreamDone) return 'finishing';
  if (progress.firstRecordUs !== null) return 'generating';
  if (isLoaded === null) return 'waiting';
  return isLoaded ? 'prompt' : 'loading';
}

function tokensPerSecond(progress: ExchangeProgress | null): number | null {
  if (progress?.firstRecordUs == null || progress.tokens < 2) return null;
  const seconds = (nowUs() - progress.firstRecordUs) / 1e6;
  return seconds > 0 ? Number(((progress.tokens - 1) / seconds).toFixed(1)) : null;
}
