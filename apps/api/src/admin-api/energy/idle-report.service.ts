import { Injectable } from '@nestjs/common';
import type { IdleReport } from '@ollameter/admin-contract';
import { energyOf, toCost, toEnergyWh } from '@ollameter/cost-model';
import { AppConfig } from '../../config/app-config';
import { COLD_START_MS } from '../../energy/active-row';
import { TariffService } from '../../energy/tariff.service';
import type { Span } from '../calendar/calendar-period';
import { sumByKind } from './by-kind';
import { type ExactAmount, toEnergyAmount } from './energy-amount';
import { EnergyLedgerRepository } from './energy-ledger.repository';
import { busySeconds, simulateKeepAlive } from './keep-alive';
import { ModelReportRepository, type ServedRequest } from './model-report.repository';
import { ReportPeriods } from './report-period.service';
import type { ReportQueryDto } from './report-query.dto';

/** `keep_alive` settings to compare, seconds; Ollama's default is five minutes, null is for ever. */
const KEEP_ALIVES = [0, 300, 1_800, 3_600, 86_400, null];
/** So that a year of a busy gateway is read as fast as a week. */
const MAX_REQUESTS = 50_000;
const QUARTER_S = 900;
const PJ_PER_MILLIJOULE = 1_000_000_000n;
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
    const buckets = await this.ledger.stretches(span, includeDemo);
    const sums = sumByKind(buckets.filter((bucket) => bucket.currency === currency));
    const served = await this.repository.served(span, includeDemo, MAX_REQUESTS);
    const endUs = span.toMs * 1_000;
    const idleMilliwatts = await this.idleMilliwatts(span, includeDemo);
    const load = this.loadOf(served, sums.load.energyPj);
    const rate = this.rateOf(sums.idle, endUs);
    const groups = [...Map.groupBy(served, ({ model, host }) => `${host} ${model}`).values()];
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
        const { warmSeconds, coldStarts } = simulateKeepAlive(served, seconds, endUs);
        const energyPj =
          energyOf(idleMilliwatts, Math.round(warmSeconds * 1e6)) + BigInt(coldStarts) * load.energyPj;
        return {
          seconds,
          warmSeconds,
          coldStarts,
          energyWh: toEnergyWh(energyPj),
          cost: toCost(energyPj * rate.microsPerKwh),
        };
      }),
      assumptions: [
        'The machine’s whole idle draw is charged to keeping models warm; how much of it is theirs is not measured.',
        ...(idleMilliwatts === 0
          ? ['No idle draw is known (IDLE_WATTS is 0 and nothing was metered), so keeping warm looks free.']
          : []),
        load.basis,
        'Each model stays on its own; Ollama may unload one to make room for another.',
        rate.basis,
        ...(served.length === MAX_REQUESTS
          ? [
              `Only the newest ${MAX_REQUESTS} requests were looked at, since ${new Date((served[0]?.fromUs ?? 0) / 1_000).toISOString()}.`,
            ]
          : []),
      ],
    };
  }

  /** What one host draws idle, as the ledger has it; else IDLE_WATTS. */
  private async idleMilliwatts(span: Span, includeDemo: boolean): Promise<number> {
    const quarterPj = await this.ledger.idleQuarterPj(span, includeDemo);
    if (quarterPj === null) return this.config.idleMilliwatts;
    const hosts = this.config.hosts.filter(({ demo }) => includeDemo || !demo).length;
    return Math.round(Number(quarterPj / PJ_PER_MILLIJOULE) / (QUARTER_S * Math.max(1, hosts)));
  }

  /** What a cold start takes: what loading was charged where there was some, else its time at POWER_WATTS. */
  private loadOf(served: readonly ServedRequest[], chargedPj: bigint): { energyPj: bigint; basis: string } {
    const loads = served.filter(isColdStart).map(({ loadMs }) => loadMs ?? 0);
    if (loads.length > 0 && chargedPj > 0n && served.length < MAX_REQUESTS)
      return {
        energyPj: chargedPj / BigInt(loads.length),
        basis: 'A cold start takes what the period’s did, as loading was charged.',
      };
    const meanMs =
      loads.length === 0 ? ASSUMED_LOAD_MS : loads.reduce((sum, ms) => sum + ms, 0) / loads.length;
    return {
      energyPj: energyOf(this.config.powerMilliwatts, Math.round(meanMs * 1_000)),
      basis: `A cold start takes ${Math.round(meanMs)} ms at POWER_WATTS (${loads.length === 0 ? 'assumed; none was seen' : 'the mean time of those seen'}).`,
    };
  }

  private rateOf(idle: ExactAmount, endUs: number): { microsPerKwh: bigint; basis: string } {
    return idle.energyPj > 0n
      ? {
          microsPerKwh: idle.costNumerator / idle.energyPj,
          basis: 'Costs are at the mean rate that idling was charged in the period.',
        }
      : {
          microsPerKwh: this.tariffs.tariff.at(endUs - 1).rateMicrosPerKwh,
          basis: 'Costs are at the rate of the period’s end.',
        };
  }
}

function isColdStart({ loadMs }: ServedRequest): boolean {
  return loadMs !== null && loadMs >= COLD_START_MS;
}
