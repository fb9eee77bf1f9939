import { Injectable } from '@nestjs/common';
import type { HostedComparison, HostedOfferCost, ModelLeague } from '@ollameter/admin-contract';
import { COST_DENOMINATOR, fromNumeric, toCost, toEnergyWh } from '@ollameter/cost-model';
import { sumByKind } from './by-kind';
import { EnergyLedgerRepository } from './energy-ledger.repository';
import {
  HOSTED_CURRENCY,
  HOSTED_PRICES_DATE,
  HOSTED_PRICES_SOURCE,
  type HostedOffer,
  offersFor,
  toMicros,
} from './hosted-prices';
import { ModelReportRepository, type ModelUse } from './model-report.repository';
import { ReportPeriods } from './report-period.service';
import type { ReportQueryDto } from './report-query.dto';

/** What is plausible of a local model, J per completion token. */
const PLAUSIBLE_JOULES = [0.1, 8] as const;
const MILLION = 1_000_000n;

const ASSUMPTIONS = [
  'API list price minus electricity; hardware is excluded.',
  'Local cost carries each model’s share of idling and loading, by energy.',
  'Token counts are the local model’s; another model’s tokenizer may count differently.',
  'The same weights may run hosted at another precision than here; an alternative is another model altogether.',
  'Requests that failed avoided nothing and are not compared.',
  'A model without an offer here has no known hosted price; unknown is not 0.',
];

/** The own hardware's models, and the same traffic at hosted prices. */
@Injectable()
export class ModelReports {
  constructor(
    private readonly periods: ReportPeriods,
    private readonly repository: ModelReportRepository,
    private readonly ledger: EnergyLedgerRepository,
  ) {}

  async league(query: ReportQueryDto): Promise<ModelLeague> {
    const period = await this.periods.of(query);
    const uses = await this.repository.byModel(period.span, period.includeDemo, period.currency);
    return { period: period.bounds, currency: period.currency, items: uses.map(toLeagueItem) };
  }

  async comparison(query: ReportQueryDto): Promise<HostedComparison> {
    const period = await this.periods.of(query);
    const { span, includeDemo, currency } = period;
    const uses = await this.repository.byModel(span, includeDemo, currency);
    const buckets = await this.ledger.stretches(span, includeDemo);
    const sums = sumByKind(buckets.filter((bucket) => bucket.currency === currency));
    const overhead = sums.idle.costNumerator + sums.load.costNumerator + sums.other.costNumerator;
    const allPj = uses.reduce((sum, use) => sum + fromNumeric(use.energyPj), 0n);
    const items = mergeHosts(uses).map((use) => {
      const share = allPj === 0n ? 0n : (overhead * use.energyPj) / allPj;
      const local = use.costNumerator + share;
      return {
        model: use.model,
        promptTokens: use.promptTokens,
        completionTokens: use.completionTokens,
        localCost: toCost(local),
        offers: offersFor(use.model).map((offer) => toOfferCost(offer, use, local, currency)),
      };
    });
    return {
      period: period.bounds,
      currency,
      pricesDate: HOSTED_PRICES_DATE,
      pricesSource: HOSTED_PRICES_SOURCE,
      items,
      unknownModels: items
        .filter(({ offers }) => !offers.some(({ relation }) => relation === 'same'))
        .map(({ model }) => model),
      assumptions: ASSUMPTIONS,
    };
  }
}

interface MergedUse {
  readonly model: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly energyPj: bigint;
  readonly costNumerator: bigint;
}

function mergeHosts(uses: readonly ModelUse[]): MergedUse[] {
  const byModel = new Map<string, MergedUse>();
  for (const use of uses) {
    const before = byModel.get(use.model);
    byModel.set(use.model, {
      model: use.model,
      promptTokens: use.promptTokens + (before?.promptTokens ?? 0),
      completionTokens: use.completionTokens + (before?.completionTokens ?? 0),
      energyPj: fromNumeric(use.energyPj) + (before?.energyPj ?? 0n),
      costNumerator: fromNumeric(use.costNumerator) + (before?.costNumerator ?? 0n),
    });
  }
  return [...byModel.values()];
}

function toOfferCost(
  hosted: HostedOffer,
  use: MergedUse,
  localNumerator: bigint,
  currency: string,
): HostedOfferCost {
  const { provider, offer, relation, promptUsdPerMillion, completionUsdPerMillion } = hosted;
  const microsTimesMillion =
    BigInt(use.promptTokens) * toMicros(promptUsdPerMillion) +
    BigInt(use.completionTokens) * toMicros(completionUsdPerMillion);
  const numerator = (microsTimesMillion * COST_DENOMINATOR) / (MILLION * MILLION);
  const isComparable = currency === HOSTED_CURRENCY;
  return {
    provider,
    offer,
    relation,
    promptUsdPerMillion,
    completionUsdPerMillion,
    hostedCost: isComparable ? toCost(numerator) : null,
    savings: isComparable ? toCost(numerator - localNumerator) : null,
  };
}

function toLeagueItem(use: ModelUse): ModelLeague['items'][number] {
  const energyPj = fromNumeric(use.energyPj);
  const costNumerator = fromNumeric(use.costNumerator);
  const { completionTokens } = use;
  const tokens = BigInt(completionTokens);
  const joulesPerToken = completionTokens === 0 ? null : Number(energyPj / tokens) / 1e12;
  return {
    model: use.model,
    host: use.host,
    requests: use.requests,
    promptTokens: use.promptTokens,
    completionTokens,
    energyWh: toEnergyWh(energyPj),
    cost: toCost(costNumerator),
    whPerMillionTokens: tokens === 0n ? null : toEnergyWh((energyPj * MILLION) / tokens),
    costPerMillionTokens: tokens === 0n ? null : toCost((costNumerator * MILLION) / tokens),
    joulesPerToken,
    tokensPerSecond: use.generateMs > 0 ? (completionTokens * 1_000) / use.generateMs : null,
    concurrency: use.concurrency,
    suspicious:
      joulesPerToken !== null &&
      (joulesPerToken < PLAUSIBLE_JOULES[0] || joulesPerToken > PLAUSIBLE_JOULES[1]),
  };
}
