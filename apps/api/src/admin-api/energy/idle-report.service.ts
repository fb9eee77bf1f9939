import { Injectable } from '@nestjs/common';
import type { IdleReport } from '@ollameter/admin-contract';
import { energyOf, toCost, toEnergyWh } from '@ollameter/cost-model';
import { AppConfig } from '../../config/app-config';
import { COLD_START_MS } from '../../energy/active-row';
import { TariffService } from '../../energy/tariff.service';
import { sumByKind } from './by-kind';
import { toEnergyAmount } from './energy-amount';
import { EnergyLedgerRepository, type LedgerBucket } from './energy-ledger.repository';
import { busySeconds, simulateKeepAlive } from './keep-alive';
import { ModelReportRepository, type ServedRequest } from './model-report.repository';
import { ReportPeriods } from './report-period.service';
import type { ReportQueryDto } from './report-query.dto';

/** `keep_alive` settings to compare, seconds; Ollama's default is five minutes, null is for ever. */
const KEEP_ALIVES = [0, 300, 1_800, 3_600, 86_400, null];
const MAX_REQUESTS = 200_000;
/** Where no cold start was seen. */
const ASSUMED_LOAD_MS = 5_000;

/** What idling and keeping models in memory costs, and what another `keep_alive` would have. */
@Injectable()
export class IdleReports {
  constructor(
    private readonly config: AppConfig,
    private readonly periods: ReportPeriods,
    private readonly ledger: EnergyLedgerRepository,
    private readonly repository: ModelReportRepository,
    private readonly tariffs: TariffService,
  ) {}

  async report(query: ReportQueryDto): Promise<IdleReport> {
    const period = await this.periods.of(query);
    const { span, includeDemo, currency } = period;
    const buckets = (await this.ledger.quarters(span, includeDemo)).filter(
      (bucket) => bucket.currency === currency,
    );
    const sums = sumByKind(buckets);
    const served = await this.repository.served(span, includeDemo, MAX_REQUESTS);
    const groups = [...Map.groupBy(served, ({ model, host }) => `${host} ${model}`).values()];
    const endUs = span.toMs * 1_000;
    const idleMilliwatts = idleMilliwattsOf(buckets, served) ?? this.config.idleMilliwatts;
    const loadMs = meanLoadMs(served);
    const { rateMicrosPerKwh } = this.tariffs.tariff.at(endUs - 1);
    return {
      period: period.bounds,
      currency,
      idle: toEnergyAmount(sums.idle),
      load: toEnergyAmount(sums.load),
      idleWatts: sums.idle.energyPj === 0n ? null : idleMilliwatts / 1_000,
      models: groups.map((requests) => ({
        model: requests[0]?.model ?? '',
        host: requests[0]?.host ?? '',
        requests: requests.length,
        busySeconds: busySeconds(requests),
        coldStarts: requests.filter(isColdStart).length,
      })),
      keepAlive: KEEP_ALIVES.map((seconds) => {
        const outcomes = groups.map((requests) => simulateKeepAlive(requests, seconds, endUs));
        const warmSeconds = outcomes.reduce((sum, outcome) => sum + outcome.warmSeconds, 0);
        const coldStarts = outcomes.reduce((sum, outcome) => sum + outcome.coldStarts, 0);
        const energyPj =
          energyOf(idleMilliwatts, Math.round(warmSeconds * 1e6)) +
          energyOf(this.config.powerMilliwatts, Math.round(coldStarts * loadMs * 1_000));
        return {
          seconds,
          warmSeconds,
          coldStarts,
          energyWh: toEnergyWh(energyPj),
          cost: toCost(energyPj * rateMicrosPerKwh),
        };
      }),
      assumptions: [
        'The machine’s whole idle draw is charged to keeping a model warm; how much of it is the model’s is not measured.',
        `A cold start takes ${Math.round(loadMs)} ms at POWER_WATTS${served.some(isColdStart) ? ', the mean of those seen' : ' (assumed; none was seen)'}.`,
        'Each model stays on its own; Ollama may unload one to make room for another.',
        'Costs are at the rate of the period’s end.',
        ...(served.length === MAX_REQUESTS
          ? [`Only the first ${MAX_REQUESTS} requests were looked at.`]
          : []),
      ],
    };
  }
}

function isColdStart({ loadMs }: ServedRequest): boolean {
  return loadMs !== null && loadMs >= COLD_START_MS;
}

function meanLoadMs(served: readonly ServedRequest[]): number {
  const loads = served.filter(isColdStart).map(({ loadMs }) => loadMs ?? 0);
  return loads.length === 0 ? ASSUMED_LOAD_MS : loads.reduce((sum, ms) => sum + ms, 0) / loads.length;
}

/** Mean draw of the quarter hours that were idle throughout; null without any. */
function idleMilliwattsOf(buckets: readonly LedgerBucket[], served: readonly ServedRequest[]): number | null {
  const busy = new Set(buckets.filter(({ kind }) => kind !== 'idle').map(({ atMs }) => atMs));
  const hosts = Math.max(1, new Set(served.map(({ host }) => host)).size);
  const idle = buckets.filter(({ kind, atMs }) => kind === 'idle' && !busy.has(atMs)).slice(1, -1);
  if (idle.length === 0) return null;
  const picojoules = idle.reduce((sum, { energyPj }) => sum + energyPj, 0n);
  return Math.round(Number(picojoules / 1_000_000_000n) / (idle.length * 900 * hosts));
}
