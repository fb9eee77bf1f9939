import type { Share } from '../fair-queue';

/** Requests of one key that wait at one gateway for the same hosts. */
export interface SlotClaim {
  readonly keyId: string;
  /** Turns per round. */
  readonly weight: number;
  /** 0 goes before 1; see FairQueue. */
  readonly rank: number;
  /** By name, the preferred one first. */
  readonly hosts: readonly string[];
  readonly shares: readonly Share[];
  readonly waiting: number;
  /** How long the oldest of them has waited, ms. */
  readonly waitedMs: number;
}

/** The right to one of a host's slots. */
export interface SlotLease {
  readonly id: string;
  readonly host: string;
  /** Whose turn it is. */
  readonly keyId: string;
}

/** The queue of one gateway, as whoever gives slots sees it. */
export interface SlotSeeker {
  /** What waits here now, how many in all, and how many of each key. */
  claims(): { claims: readonly SlotClaim[]; waiting: number; ofKeys: Record<string, number> };
  /** A slot is this gateway's; where nobody wants it any more it must be given back. */
  take(lease: SlotLease): void;
  /** Slots are given by turns now, or are no more: the queue must look again. */
  changed(): void;
  /** Slots of each host that other gateways hold. */
  elsewhere(busy: ReadonlyMap<string, number>): void;
}

/** How the slots of the hosts are divided between the gateways on one database. */
export abstract class SharedSlots {
  /** Whether slots are given by turns among all gateways; else each gives out its own part by itself. */
  abstract readonly byTurns: boolean;
  /** Into how many parts slots and limits are divided while they are not given by turns. */
  abstract readonly parts: number;
  /** How many wait at all gateways for each one that waits here, at least 1. */
  abstract readonly crowding: number;

  /** How many wait at the other gateways, in all or of one key that waits here too, as the last turn told it. */
  abstract waitingElsewhere(keyId?: string): number;

  abstract attach(seeker: SlotSeeker): void;

  /** What waits here has changed, or a slot was given back: resolves after the turn that saw it. */
  abstract ask(): Promise<void>;

  /** A slot that this gateway gave out of its own part; the id that it is given back by. */
  abstract occupy(host: string, shares: readonly Share[]): string;

  /** A taken lease is used by a request with these shares. */
  abstract use(lease: SlotLease, shares: readonly Share[]): void;

  abstract giveBack(id: string): void;

  /** This gateway stops: everything that it holds goes back, and nothing of it waits any more. */
  abstract leave(): Promise<void>;
}
