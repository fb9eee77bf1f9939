export type { Activity, Phase, TimeSpan } from './activity';
export { COST_DENOMINATOR, costOf, toCost } from './cost';
export { toGramsPerKwh } from './emission-factor';
export { energyOf, PJ_PER_JOULE, PJ_PER_KWH, PJ_PER_WH, toEnergyWh } from './energy';
export { isHoliday } from './holiday';
export { BUCKET_US, bucketOf, type EnergyKind, type LedgerAmount, type LedgerLine } from './ledger';
export { addSpans, firstEndingAfter, type LateSamples, settleLateSamples } from './late-samples';
export { fromNumeric, toNumeric } from './numeric';
export {
  type ConstantStep,
  energyBetween,
  meteredBetween,
  type MeteredSpan,
  type MeteredStep,
  type PowerStep,
} from './power';
export {
  flatSchedule,
  type QuarterPrices,
  type QuarterRate,
  type RateSchedule,
  toSchedule,
} from './rate-schedule';
export type { Sharing } from './request-weight';
export { divideHalfEven, magnitude } from './round-half-even';
export { addShares, type EnergySlice, meanConcurrency, type Share, type ShareTotal, totalOf } from './share';
export { sweep, type Sweep, type SweepWindow } from './sweep';
export { type Rate, Tariff, type TariffVersion } from './tariff';
export type { DynamicPlan, FlatPlan, HolidayRule, TariffPlan, TimeOfUsePlan } from './tariff-plan';
export { divide } from './weighted-division';
export { HOUR_MS, toInstant, toIso, toLocal, zoneOffsetMs } from './zone-clock';
