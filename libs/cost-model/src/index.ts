export { COST_DENOMINATOR, costOf, toCost } from './cost';
export { energyOf, PJ_PER_JOULE, PJ_PER_KWH, PJ_PER_WH, toEnergyWh } from './energy';
export { fromNumeric, toNumeric } from './numeric';
