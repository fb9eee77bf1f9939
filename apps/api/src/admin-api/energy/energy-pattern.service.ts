import { Injectable } from '@nestjs/common';
import type { EnergyPattern } from '@ollameter/admin-contract';
import { BUCKET_US, toCost, toEnergyWh, toLocal } from '@ollameter/cost-model';
import { EnergyClock } from '../../energy/energy-clock';
import { ReportQueryDto } from './report-query.dto';
import { EnergyLedgerRepository } from './energy-ledger.repository';
import { ReportPeriods } from './report-period.service';

const QUARTER_MS = BUCKET_US / 1_000;
const HOURS = 24;
const WEEK_HOURS = 7 * HOURS;
const QUARTERS = 4;

class HourSum {
  quarters = 0;
  energyPj = 0n;
  requestPj = 0n;
  costNumerator = 0n;
}

/** When in the week electricity is used. */
@Injectable()
export class EnergyPatterns {
  constructor(
    private readonly clock: EnergyClock,
    private readonly periods: ReportPeriods,
    private readonly ledger: EnergyLedgerRepository,
  ) {}

  /** Hours count as often as the ledger could hold them: from its first quarter hour to now, within the period. */
  async pattern(query: ReportQueryDto): Promise<EnergyPattern> {
    const period = await this.periods.of(query);
    const { span, zone, currency, includeDemo } = period;
    const sums = Array.from({ length: WEEK_HOURS }, () => new HourSum());
    const sumOf = (atMs: number) => sums[weekHour(toLocal(atMs, zone))] ?? new HourSum();
    const nowMs = this.clock.nowUs() / 1_000;
    const firstMs = (await this.ledger.firstBucketMs(includeDemo)) ?? nowMs;
    const fromMs = Math.ceil(Math.max(span.fromMs, firstMs) / QUARTER_MS) * QUARTER_MS;
    for (let atMs = fromMs; atMs < Math.min(span.toMs, nowMs); atMs += QUARTER_MS) sumOf(atMs).quarters += 1;
    for (const bucket of await this.ledger.quarters(span, includeDemo)) {
      if (bucket.currency !== currency) continue;
      const sum = sumOf(bucket.atMs);
      sum.energyPj += bucket.energyPj;
      sum.costNumerator += bucket.costNumerator;
      if (bucket.kind === 'request') sum.requestPj += bucket.energyPj;
    }
    return {
      period: period.bounds,
      currency,
      items: sums.map((sum, index) => ({
        weekday: Math.floor(index / HOURS),
        hour: index % HOURS,
        occurrences: sum.quarters / QUARTERS,
        ...means(sum),
      })),
    };
  }
}

/** Monday midnight is 0, Sunday's last hour 167. */
function weekHour(localMs: number): number {
  const local = new Date(localMs);
  return ((local.getUTCDay() + 6) % 7) * HOURS + local.getUTCHours();
}

function means({ quarters, energyPj, requestPj, costNumerator }: HourSum) {
  if (quarters === 0) return { meanWh: null, meanCost: null, meanRequestWh: null };
  const mean = (sum: bigint) => (sum * BigInt(QUARTERS)) / BigInt(quarters);
  return {
    meanWh: toEnergyWh(mean(energyPj)),
    meanCost: toCost(mean(costNumerator)),
    meanRequestWh: toEnergyWh(mean(requestPj)),
  };
}
