export type { Activity } from './activity';
export { COST_DENOMINATOR, costOf, toCost } from './cost';
export { energyOf, PJ_PER_JOULE, PJ_PER_KWH, PJ_PER_WH, toEnergyWh } from './energy';
export { BUCKET_US, type EnergyKind, type LedgerLine } from './ledger';
export { fromNumeric, toNumeric } from './numeric';
export type { PowerStep } from './power';
export { addShares, meanConcurrency, type Share } from './share';
export { sweep, type Sweep, type SweepWindow } from './sweep';
export { Tariff, type TariffVersion } from './tariff';
