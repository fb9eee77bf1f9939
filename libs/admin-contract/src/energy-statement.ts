import type { PeriodBounds } from './analytics';
import type { EnergyAmount, EnergyKind } from './energy-report';

/**
 * `GET /api/energy/statement?month=2026-11` (or a period), and `…/statement/export?format=csv|json|jsonl`: by the time of
 * use, so it adds up to the meter: Σ lines + load + idle + other = total, and Σ withOverhead + unassigned = total, exactly.
 */
export interface EnergyStatement {
  period: PeriodBounds;
  currency: string;
  /** ISO. */
  issuedAt: string;
  /** Until when the time of every configured host is settled, ISO; null before the first settlement. */
  settledTo: string | null;
  /** The period is over and settled: the figures will not change any more. */
  isFinal: boolean;
  /** By key, the largest first. */
  lines: StatementLine[];
  /** The lines summed by the keys' owners. */
  people: StatementPerson[];
  /** Overhead that no line can carry because there is none; else 0. */
  unassigned: EnergyAmount;
  /** Of requests that straddle the period's ends: only their slices within it are counted. */
  straddling: number;
  byKind: Record<EnergyKind, EnergyAmount>;
  total: EnergyAmount;
  /** Fixed daily charges, which are never spread over requests. */
  fixedCost: string;
  /** total + fixedCost, decimal. */
  amountDue: string;
  tariffs: { id: number; name: string; from: string; source: string | null; sourceDate: string | null }[];
  /** What was priced in another currency is not on this statement. */
  otherCurrencies: string[];
  /** What the reader of a printed page must know, in whole sentences. */
  notes: string[];
}

/** What one key or person used, and its part of loading, idling and the rest by energy. */
export interface StatementShare extends EnergyAmount {
  requests: number;
  totalTokens: number;
  overhead: EnergyAmount;
  withOverhead: EnergyAmount;
}

export interface StatementLine extends StatementShare {
  keyId: string | null;
  keyName: string;
  /** Who the key belongs to; null where nobody. */
  ownerId: string | null;
  ownerName: string | null;
}

export interface StatementPerson extends StatementShare {
  /** Null is of keys that belong to nobody. */
  ownerId: string | null;
  ownerName: string | null;
  keys: number;
}
