import { Injectable } from '@nestjs/common';
import { type MeteredSpan, settleLateSamples } from '@ollameter/cost-model';
import type { EntityManager } from 'typeorm';
import { AppConfig } from '../config/app-config';
import { InFlight } from '../exchange/in-flight';
import { OtherReplicas } from './claims-elsewhere';
import { EnergyClock } from './energy-clock';
import { covered, type HostView, type Horizon, horizonOf, within } from './horizon';
import { type MeteredPower, PowerMeter } from './power-meter';
import { settle, settleLate, type ActiveRow, type SettledRequest } from './settlement';
import { type Frontier, SettlementRepository, type StoredOpenShare } from './settlement.repository';
import { PhaseWeights } from './phase-weights.service';
import { TariffService } from './tariff.service';
import { UnstoredIntervals } from './unstored-intervals';

/** Rows settled in one transaction, and in one piece that must not hold up the streams: some ms. */
const BATCH = 500;
/** Idle time is written this often while nothing else is. */
const IDLE_EVERY_US = 10_000_000;
/** How often, and how far back, rows are looked for whose time was settled without them. */
const LATE_EVERY_US = 60_000_000;
const LATE_WINDOW_US = 3_600_000_000;
/** A frontier further ahead of now than this was left by a clock that has since been set back. */
const CLOCK_STEP_US = 60_000_000;

/** Settles the time of one host after the other; each in one transaction. */
@Injectable()
export class HostSettler {
  private readonly lateSeenUs = new Map<string, number>();
  /** By host: what was charged by a constant while its meter was silent, for samples that still come. */
  private readonly standIns = new Map<string, readonly MeteredSpan[]>();

  constructor(
    private readonly config: AppConfig,
    private readonly clock: EnergyClock,
    private readonly inFlight: InFlight,
    private readonly unstored: UnstoredIntervals,
    private readonly others: OtherReplicas,
    private readonly meter: PowerMeter,
    private readonly tariffs: TariffService,
    private readonly repository: SettlementRepository,
    private readonly weights: PhaseWeights,
  ) {}

  /** To be called once before the first settlement: the time of configured hosts that have none yet begins. */
  async enrol(): Promise<void> {
    await this.repository.enrol(
      this.config.hosts.map(({ name }) => name),
      this.clock.startedAtUs,
      this.clock.nowUs() + CLOCK_STEP_US,
    );
  }

  /** Settles what can be settled of every host. True when a full batch was done and more waits. */
  async settleAll(): Promise<boolean> {
    await Promise.all([this.tariffs.refresh(), this.meter.refresh(), this.weights.refresh()]);
    let more = false;
    for (const frontier of await this.repository.frontiers())
      if (await this.settleHost(frontier)) more = true;
    return more;
  }

  private async settleHost(frontier: Frontier): Promise<boolean> {
    const { host } = frontier;
    const lateDue = this.lateDue(host);
    const due = lateDue || this.idleDue(frontier) || (await this.repository.anyWaiting(frontier));
    if (!due) return false;
    const view = this.viewOf(host);
    const { more, standIns } = await this.repository.transaction((manager) =>
      this.settleTime(manager, host, view, lateDue),
    );
    this.standIns.set(host, standIns);
    if (lateDue) this.lateSeenUs.set(host, view.nowUs);
    return more;
  }

  /** This replica's own view and what the others told: time that they have not told of is not over yet. */
  private viewOf(host: string): HostView {
    const elsewhere = this.others.claimsOn(host);
    const unstoredFromUs = Math.min(
      this.unstored.oldestSlotFromUs(host) ?? Infinity,
      elsewhere.unstoredFromUs ?? Infinity,
    );
    return {
      nowUs: Math.min(this.clock.nowUs(), elsewhere.toldToUs),
      running: [...this.inFlight.onHost(host), ...elsewhere.running],
      unstoredFromUs: Number.isFinite(unstoredFromUs) ? unstoredFromUs : null,
    };
  }

  /** One transaction: from the host's frontier to the horizon. */
  private async settleTime(
    manager: EntityManager,
    host: string,
    view: HostView,
    lateDue: boolean,
  ): Promise<{ more: boolean; standIns: readonly MeteredSpan[] }> {
    const standIns = this.standIns.get(host) ?? [];
    const fromUs = await this.repository.lockFrontier(manager, host);
    const kept = await this.repository.openShares(manager, host);
    const late = await this.lateRows(manager, host, fromUs, kept, lateDue);
    const power = this.meter.power(host, fromUs);
    const { ended, horizon, more } = await this.endedRows(manager, host, fromUs, view, power);
    if (horizon.toUs <= fromUs) {
      await this.repository.writeSettled(manager, host, late, power);
      return { more: false, standIns };
    }
    const settlement = settle({
      fromUs,
      horizon,
      ended: ended.map((row) => this.weighed(host, withModelDraw(row, power))),
      reaching: (await this.repository.reaching(manager, host, horizon.toUs)).map((row) =>
        this.weighed(host, withModelDraw(row, power)),
      ),
      running: view.running,
      open: new Map(kept.map((open) => [open.id, open])),
      power,
      tariff: this.tariffs.tariff,
      sharing: this.config.energySharing,
    });
    await this.repository.writeSettled(manager, host, [...late, ...settlement.settled], power);
    await this.repository.writeOpen(manager, host, settlement.open);
    const pending = [...standIns, ...settlement.standIns];
    const samples = settleLateSamples(
      pending,
      power.known(pending[0]?.fromUs ?? horizon.toUs),
      this.tariffs.tariff,
    );
    await this.repository.writeLedger(manager, host, settlement.ledger);
    await this.repository.writeLedger(manager, host, samples.ledger);
    await this.repository.moveFrontier(manager, host, horizon.toUs);
    const isOver = horizon.toUs === power.untilUs;
    return {
      more: more || isOver,
      standIns: isOver ? [] : samples.rest.filter(({ toUs }) => toUs > power.nextFromUs),
    };
  }

  private weighed(host: string, row: ActiveRow): ActiveRow {
    const tokenWeights = this.weights.of(host, row.model);
    return tokenWeights === undefined ? row : { ...row, tokenWeights };
  }

  /** The rows that end within the horizon; where they are too many, the horizon is drawn in front of the rest. */
  private async endedRows(
    manager: EntityManager,
    host: string,
    fromUs: number,
    view: HostView,
    power: MeteredPower,
  ): Promise<{ ended: readonly ActiveRow[]; horizon: Horizon; more: boolean }> {
    const overdueFromUs = view.nowUs - this.config.energySettleMs * 1_000;
    const overdueUs = await this.repository.newestEnd(manager, host, fromUs, overdueFromUs);
    const horizon = within(
      covered(horizonOf(view, overdueUs), power.coveredToUs, overdueFromUs),
      power.untilUs,
    );
    const ended = await this.repository.ended(manager, host, fromUs, horizon.toUs, BATCH + 1);
    const next = ended[BATCH];
    if (next === undefined) return { ended, horizon, more: false };
    const toUs = next.toUs - 1;
    return {
      ended: ended.filter((row) => row.toUs <= toUs),
      horizon: { toUs, certainToUs: Math.min(toUs, horizon.certainToUs) },
      more: true,
    };
  }

  /** Rows whose time is closed already: kept shares whose row has come, and now and then those nobody knew of. */
  private async lateRows(
    manager: EntityManager,
    host: string,
    fromUs: number,
    kept: readonly StoredOpenShare[],
    lateDue: boolean,
  ): Promise<SettledRequest[]> {
    const { tariff } = this.tariffs;
    const unknown = lateDue ? await this.repository.late(manager, host, fromUs - LATE_WINDOW_US, fromUs) : [];
    return [
      ...kept
        .filter((open) => open.stored && (open.activeToUs ?? 0) <= fromUs)
        .map((open) => settleLate(open.id, open, tariff, fromUs)),
      ...unknown.map((id) => settleLate(id, undefined, tariff, fromUs)),
    ];
  }

  private lateDue(host: string): boolean {
    return this.clock.nowUs() - (this.lateSeenUs.get(host) ?? -Infinity) >= LATE_EVERY_US;
  }

  private idleDue({ host, settledToUs }: Frontier): boolean {
    const draws = this.meter
      .power(host, settledToUs)
      .steps.some((step) => 'energyPj' in step || step.idleMilliwatts > 0);
    return draws && this.clock.nowUs() - settledToUs >= IDLE_EVERY_US;
  }
}

/** Where a constant counts, what it draws while the row's model is active. */
function withModelDraw(row: ActiveRow, { modelMilliwatts }: MeteredPower): ActiveRow {
  const milliwatts = row.model === null ? undefined : modelMilliwatts.get(row.model);
  return milliwatts === undefined ? row : { ...row, milliwatts };
}
