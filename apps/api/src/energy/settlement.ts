import {
  type Activity,
  addShares,
  type LedgerLine,
  type MeteredSpan,
  type Share,
  type Sharing,
  sweep,
  type Tariff,
  type TariffVersion,
  type TimeSpan,
  totalOf,
} from '@ollameter/cost-model';
import type { RunningExchange } from '../exchange/in-flight';
import type { Horizon } from './horizon';
import type { MeteredPower } from './power-meter';

/** A stored row that was active, Unix µs. */
export interface ActiveRow extends Activity {
  /** When Ollama loaded the model for it. */
  readonly loading?: TimeSpan;
  readonly model: string | null;
}

/** What a request was charged so far, kept while it reaches past the frontier. */
export interface OpenShare {
  readonly id: string;
  readonly share: Share;
  /** Part of it was shared before all who may claim that time were known. */
  readonly estimated: boolean;
}

/** A request's final charge. */
export interface SettledRequest extends OpenShare {
  /** The tariff version of its last active instant. */
  readonly tariffVersion: TariffVersion;
}

/** Everything the settler knows of one host's time from its frontier to the horizon. */
export interface HostTime {
  readonly fromUs: number;
  readonly horizon: Horizon;
  /** Rows whose activity ends after the frontier, at the horizon at the latest. */
  readonly ended: readonly ActiveRow[];
  /** Rows whose activity reaches over the horizon. */
  readonly reaching: readonly ActiveRow[];
  readonly running: readonly RunningExchange[];
  readonly open: ReadonlyMap<string, OpenShare>;
  readonly power: MeteredPower;
  readonly tariff: Tariff;
  readonly sharing: Sharing;
}

const NOTHING: Share = { slices: [] };

export interface Settlement {
  readonly settled: readonly SettledRequest[];
  readonly open: readonly OpenShare[];
  readonly ledger: readonly LedgerLine[];
  /** Where a constant stood in for a silent meter, and what it was charged. */
  readonly standIns: readonly MeteredSpan[];
}

/** Shares the host's time among the requests that were active in it, and says whose charge is final. */
export function settle(time: HostTime): Settlement {
  const { fromUs, horizon } = time;
  const known = new Set([...time.ended, ...time.reaching].map((row) => row.id));
  const guests = time.running.flatMap((exchange) =>
    known.has(exchange.id) || exchange.firstRecordUs === null
      ? []
      : [{ id: exchange.id, fromUs: exchange.firstRecordUs, toUs: horizon.toUs }],
  );
  const swept = sweep({
    fromUs,
    toUs: horizon.toUs,
    power: time.power.steps,
    tariff: time.tariff,
    activities: [...time.ended, ...time.reaching, ...guests],
    loading: [...time.ended, ...time.reaching].flatMap(({ loading }) => loading ?? []),
    sharing: time.sharing,
  });
  const estimates = estimatedSpans(time.power, horizon.toUs);
  const isEstimated = (share: Share | undefined) =>
    share?.slices.some((slice) =>
      estimates.some((span) => span.fromUs < slice.toUs && slice.fromUs < span.toUs),
    ) === true;
  const { untilUs, quality, nextQuality } = time.power;
  const isForced =
    horizon.toUs > horizon.certainToUs || (horizon.toUs === untilUs && quality !== nextQuality);
  const open = [...time.reaching, ...guests].flatMap(({ id }) => {
    const share = joined(time.open.get(id)?.share, swept.shares.get(id));
    const estimated = isForced || isEstimated(swept.shares.get(id)) || time.open.get(id)?.estimated === true;
    return share === undefined ? [] : [{ id, share, estimated }];
  });
  const settled = time.ended.map((row) => {
    const before = time.open.get(row.id);
    const tariffVersion = time.tariff.versionAt(row.toUs - 1);
    const share = joined(before?.share, swept.shares.get(row.id)) ?? NOTHING;
    const estimated =
      before?.estimated === true ||
      row.toUs > horizon.certainToUs ||
      isEstimated(swept.shares.get(row.id)) ||
      !covers(share, row);
    return { id: row.id, share, estimated, tariffVersion };
  });
  return { settled, open, ledger: swept.ledger, standIns: swept.standIns };
}

/**
 * The charge of a row that turned up after its time was settled. That time is closed and was charged in full to
 * others or to idle, so all it can be charged is what was kept for it while it ran.
 */
export function settleLate(
  id: string,
  kept: OpenShare | undefined,
  tariff: Tariff,
  atUs: number,
): SettledRequest {
  const tariffVersion = tariff.versionAt(atUs - 1);
  return { id, share: kept?.share ?? NOTHING, estimated: true, tariffVersion };
}

/** Where a constant stood in for a silent meter. */
function estimatedSpans({ steps }: MeteredPower, endUs: number): TimeSpan[] {
  return steps.flatMap((step, index) =>
    'energyPj' in step || step.estimated !== true
      ? []
      : [{ fromUs: step.fromUs, toUs: steps[index + 1]?.fromUs ?? endUs }],
  );
}

function joined(before: Share | undefined, now: Share | undefined): Share | undefined {
  return before !== undefined && now !== undefined ? addShares(before, now) : (before ?? now);
}

/** Whether all of the row's time is in its share; part of it may have been settled before the row was known. */
function covers(share: Share, row: ActiveRow): boolean {
  return totalOf(share).activeUs === Math.max(0, row.toUs - row.fromUs);
}
