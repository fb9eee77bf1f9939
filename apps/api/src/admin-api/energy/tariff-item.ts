import type { PriceFetchState, RateSeries, TariffItem } from '@ollameter/admin-contract';
import { BUCKET_US, type Tariff } from '@ollameter/cost-model';
import type { PriceFetchRecord } from '../../energy/price-fetch.repository';
import type { TariffRecord } from '../../energy/tariff.repository';

/** @param inForceId the version in force now */
export function toTariffItem(
  record: TariffRecord,
  fetched: PriceFetchRecord | undefined,
  inForceId: number,
  nowUs: number,
): TariffItem {
  const { id, name, currency, plan, fixedMicrosPerDay, source, sourceDate, origin, validFromUs } = record;
  return {
    id,
    name,
    currency,
    plan,
    fixedMicrosPerDay,
    source,
    sourceDate,
    origin,
    validFrom: validFromUs === null ? null : toIsoUtc(validFromUs),
    state: stateOf(record, inForceId, nowUs),
    prices: plan.kind === 'dynamic' ? pricesOf(record, plan.stepMinutes, fetched) : null,
  };
}

export function stateOf(record: TariffRecord, inForceId: number, nowUs: number): TariffItem['state'] {
  if (record.validFromUs === null) return 'draft';
  if (record.validFromUs > nowUs) return 'scheduled';
  return record.id === inForceId ? 'in_force' : 'past';
}

/** Without the stretches that another currency than the last one's prices. */
export function toRateSeries(tariff: Tariff, fromUs: number, toUs: number): RateSeries {
  const { currency } = tariff.versionAt(toUs - 1);
  return {
    currency,
    items: tariff
      .stretches(fromUs, toUs)
      .filter(({ version }) => version.currency === currency)
      .map((stretch) => ({
        from: toIsoUtc(stretch.fromUs),
        to: toIsoUtc(stretch.untilUs),
        rateMicrosPerKwh: Number(stretch.rateMicrosPerKwh),
        period: stretch.period,
      })),
  };
}

export function toIsoUtc(us: number): string {
  return new Date(us / 1_000).toISOString();
}

function pricesOf(
  record: TariffRecord,
  stepMinutes: number,
  fetched: PriceFetchRecord | undefined,
): TariffItem['prices'] {
  return {
    count: Math.floor((record.pricedQuarters * 15) / stepMinutes),
    until: record.lastQuarter === null ? null : toIsoUtc((record.lastQuarter + 1) * BUCKET_US),
    fetch: fetched === undefined ? null : toFetchState(fetched),
  };
}

function toFetchState({ attemptedAt, fetchedAt, error, nextAt }: PriceFetchRecord): PriceFetchState {
  return {
    attemptedAt: attemptedAt.toISOString(),
    fetchedAt: fetchedAt?.toISOString() ?? null,
    error,
    nextAt: nextAt.toISOString(),
  };
}
