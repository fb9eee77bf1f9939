import { Service, computed, inject } from '@angular/core';
import type { RateSeries } from '@ollameter/admin-contract';
import { toInstant, toLocal } from '@ollameter/cost-model';
import { type PriceLevel, priceLevels, shortPeriods } from '../charts/price-bands';
import { Session } from '../session/session';
import { Clock } from './clock';
import { polled } from './polled';
import { TimeZone } from './time-zone';

const DAY_MS = 86_400_000;
const REFRESH_MS = 300_000;

/** A stretch of one price; positions are 0–1 of the day. */
export interface PriceStretch {
  from: number;
  to: number;
  level: PriceLevel;
}

/** The price in force, and how the day goes on. */
export interface PriceNow {
  /** `On-peak`. */
  period: string;
  level: PriceLevel;
  /** When it changes. */
  untilMs: number;
  /** When the next lower price begins; null where none does in the next day. */
  cheaperMs: number | null;
}

/** What a kWh costs through today in the chosen zone, for whom may know it; nothing where one price holds all day. */
@Service()
export class PriceDay {
  private readonly session = inject(Session);
  private readonly zone = inject(TimeZone).zone;
  private readonly nowMs = inject(Clock).nowMs;

  private readonly startMs = computed(() => {
    const localMs = toLocal(this.nowMs(), this.zone());
    return toInstant(localMs - (localMs % DAY_MS), this.zone());
  });
  private readonly endMs = computed(() => {
    const localMs = toLocal(this.startMs(), this.zone());
    return toInstant(localMs + DAY_MS, this.zone());
  });
  private readonly series = polled<RateSeries>(
    () => {
      if (!this.session.may('energy:read')) return undefined;
      const to = new Date(this.endMs() + DAY_MS).toISOString();
      return { url: '/api/energy/rates', params: { from: new Date(this.startMs()).toISOString(), to } };
    },
    { everyMs: REFRESH_MS },
  ).value;
  private readonly items = computed(() => {
    const items = this.series()?.items ?? [];
    const name = shortPeriods(items);
    const level = priceLevels(items.map(({ rateMicrosPerKwh }) => rateMicrosPerKwh));
    const isVaried = new Set(items.map(({ rateMicrosPerKwh }) => rateMicrosPerKwh)).size > 1;
    return !isVaried
      ? []
      : items.map(({ from, to, rateMicrosPerKwh: rate, period }) => ({
          fromMs: Date.parse(from),
          toMs: Date.parse(to),
          rate,
          level: level(rate),
          period: name(period),
        }));
  });

  readonly now = computed((): PriceNow | null => {
    const nowMs = this.nowMs();
    const at = this.items().find(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs);
    if (at === undefined) return null;
    const later = this.items().filter(({ fromMs }) => fromMs >= at.toMs);
    return {
      period: at.period.charAt(0).toUpperCase() + at.period.slice(1),
      level: at.level,
      untilMs: later.find(({ rate }) => rate !== at.rate)?.fromMs ?? at.toMs,
      cheaperMs: later.find(({ rate }) => rate < at.rate)?.fromMs ?? null,
    };
  });

  readonly stretches = computed((): PriceStretch[] => {
    const position = (ms: number) =>
      (Math.min(this.endMs(), Math.max(this.startMs(), ms)) - this.startMs()) /
      (this.endMs() - this.startMs());
    return this.items()
      .map(({ fromMs, toMs, level }) => ({ from: position(fromMs), to: position(toMs), level }))
      .filter(({ from, to }) => to > from);
  });

  /** Where now is in the day, 0–1. */
  readonly position = computed(
    () => (this.nowMs() - this.startMs()) / Math.max(1, this.endMs() - this.startMs()),
  );
}
