/** A rule for days on which a tariff's `holiday` windows apply instead of the weekday's. */
export type HolidayRule =
  /** The same date every year; on a Sunday the Monday after it counts too, where `mondayAfterSunday`. */
  | { kind: 'fixed'; name: string; month: number; day: number; mondayAfterSunday?: boolean }
  /** The nth (1–5, or -1 for the last) weekday (0 is Sunday) of a month. */
  | { kind: 'nth_weekday'; name: string; month: number; weekday: number; nth: number }
  /** One day, `2026-12-24`. */
  | { kind: 'date'; name: string; date: string };

export const DAY_KINDS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'holiday'] as const;
export type DayKind = (typeof DAY_KINDS)[number];

/** A household's tier: usage decides it, so it is a setting. The adder (may be negative) is on top of every rate. */
export interface TariffTier {
  name: string;
  adderMicrosPerKwh: number;
}

interface TieredPlan {
  tiers?: TariffTier[];
  /** Name of the tier that applies; the first one where not said. */
  tier?: string;
}

export interface FlatPlan extends TieredPlan {
  kind: 'flat';
  /** Integer µ-currency per kWh: 383000 is 0.383. May be negative. */
  rateMicrosPerKwh: number;
}

/** From `from` (`06-01`) until the next season's start, every year. */
export interface TariffSeason {
  name: string;
  from: string;
  /** By period name; every period that a window or `otherwise` names is here. */
  rateMicrosPerKwh: Record<string, number>;
}

/** Minutes of the local day, multiples of 15, the end exclusive (1440 is midnight). The first window that fits applies. */
export interface TariffWindow {
  /** All seasons where not said. */
  seasons?: string[];
  /** All days where not said. A holiday is `holiday` and not its weekday. */
  days?: DayKind[];
  fromMinute: number;
  toMinute: number;
  period: string;
}

export interface TimeOfUsePlan extends TieredPlan {
  kind: 'time_of_use';
  /** IANA zone of the windows. */
  timezone: string;
  seasons: TariffSeason[];
  holidays: HolidayRule[];
  windows: TariffWindow[];
  /** The period where no window fits. */
  otherwise: string;
}

/** Prices by the quarter, half or whole hour, imported or fetched. */
export interface DynamicPlan extends TieredPlan {
  kind: 'dynamic';
  stepMinutes: 15 | 30 | 60;
  /** Applies where no price is known; such time is labelled `no price`. */
  fallbackRateMicrosPerKwh: number;
  /** Grid fees and the like, on top of each price. */
  adderMicrosPerKwh?: number;
  /** Fetched every hour where set; http(s), CSV or JSON as the import takes them. */
  priceUrl?: string;
  /** What one unit of the fetched prices is in currency per kWh: 0.01 for pence or cents, 0.001 for EUR/MWh. */
  priceUnit?: number;
}

export type TariffPlan = FlatPlan | TimeOfUsePlan | DynamicPlan;

/** `POST /api/tariffs`. */
export interface TariffInput {
  name: string;
  /** ISO 4217. */
  currency: string;
  plan: TariffPlan;
  /** Fixed charge per day, integer µ-currency; shown apart, never spread over requests. */
  fixedMicrosPerDay?: number;
  /** Where the figures are from, and as of when. */
  source?: string;
  sourceDate?: string;
  /** ISO; not before now. Null keeps it for comparisons only; left out means now. */
  validFrom?: string | null;
}

/** A tariff version. Once it is in force only `name`, `source` and `sourceDate` can change. */
export interface TariffItem {
  id: number;
  name: string;
  currency: string;
  plan: TariffPlan;
  fixedMicrosPerDay: number;
  source: string | null;
  sourceDate: string | null;
  /** `environment`: opened by ELECTRICITY_RATE or CURRENCY at a start. */
  origin: 'environment' | 'portal';
  /** ISO, UTC; null for one that is kept for comparisons. The first version is valid for all time before it too. */
  validFrom: string | null;
  state: 'draft' | 'scheduled' | 'in_force' | 'past';
  /** Of a dynamic tariff: how many prices are known, and until when (ISO). */
  prices: { count: number; until: string | null; fetch: PriceFetchState | null } | null;
}

/** How the last fetch of a tariff's `priceUrl` went; the times are ISO, UTC. */
export interface PriceFetchState {
  attemptedAt: string;
  /** The last time that it brought prices. */
  fetchedAt: string | null;
  /** Why the last one failed; null where it did not. */
  error: string | null;
  nextAt: string;
}

/** What one kWh costs at an instant. */
export interface RateNow {
  tariffId: number;
  currency: string;
  rateMicrosPerKwh: number;
  /** The season and period, e.g. `summer on-peak`; `flat`; `dynamic`; `no price`. */
  period: string;
  /** ISO; when the rate may change next. */
  until: string;
}

/** `GET /api/tariffs`, newest first, drafts last. */
export interface TariffList {
  now: RateNow;
  items: TariffItem[];
}

/** `GET /api/tariffs/presets`: to be edited and posted. */
export interface TariffPreset extends TariffInput {
  /** Stable: `sdge-flat`, `sdge-tou-dr1`, … */
  key: string;
  source: string;
  sourceDate: string;
}

/**
 * `GET /api/tariffs/{id}/rates?from&to`: one stretch per change, as if this version were in force all the time.
 * `GET /api/energy/rates?from&to`: what was and will be in force, version after version; without what another
 * currency than that of the last one prices.
 */
export interface RateSeries {
  currency: string;
  items: { from: string; to: string; rateMicrosPerKwh: number; period: string }[];
}

/** One price of a dynamic tariff. */
export interface TariffPrice {
  /** ISO with offset. */
  from: string;
  to: string;
  rateMicrosPerKwh: number;
}

/** `POST /api/tariffs/{id}/prices`: the prices as CSV or JSON text. */
export interface PriceImport {
  text: string;
  /** Of naive times in the text; UTC where not said. */
  timezone?: string;
  /** What one unit of the text's prices is in currency per kWh; 1 where not said. */
  unit?: number;
}

/** Answer to an import or a fetch of prices. Prices of time that is already settled change nothing. */
export interface PriceImportResult {
  stored: number;
  from: string | null;
  to: string | null;
}

/** `POST /api/tariffs/import/urdb`: one or more rates of OpenEI's Utility Rate Database, as its API or a file has them. */
export interface UrdbImport {
  text: string;
  /** IANA; URDB's hours are local and name no zone. */
  timezone: string;
}

/** Tariffs to look at, edit and `POST /api/tariffs`; nothing is stored yet. */
export interface UrdbImportResult {
  tariffs: {
    /** URDB's own id of the rate. */
    label: string | null;
    input: TariffInput;
    /** What the document says that this tariff cannot, in whole sentences. */
    notes: string[];
  }[];
}
