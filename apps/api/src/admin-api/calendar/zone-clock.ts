/** The wall clocks of the cost model, for the calendars of the admin API. */
export { HOUR_MS, toInstant, toIso, toLocal, zoneOffsetMs } from '@ollameter/cost-model';
