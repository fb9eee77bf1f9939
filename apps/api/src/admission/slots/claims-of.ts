import type { PoolHost } from '../../upstream/ollama/host-pool.service';
import { byPreference } from '../by-preference';
import type { Waiter, WaitingLine } from '../fair-queue';
import type { SlotClaim } from './shared-slots';

/** Of one key no more are told to the gateways that share the slots: more cannot be served in one turn. */
const CLAIMED_PER_KEY = 64;

/** What a key's waiting line asks the shared slots for: neighbours that would take the same hosts are one claim. */
export function claimsOf(
  { keyId, weight, rank, waiters }: WaitingLine<PoolHost>,
  nowMs: number,
  modelOf: (waiter: Waiter<PoolHost>) => string,
): SlotClaim[] {
  const claims: (SlotClaim & { waiting: number })[] = [];
  for (const waiter of waiters.slice(0, CLAIMED_PER_KEY)) {
    const { hosts, shares } = waiter.ticket;
    const names = byPreference(hosts, modelOf(waiter))
      .filter(({ usable }) => usable)
      .map(({ name }) => name);
    const last = claims.at(-1);
    if (last?.hosts.join() === names.join()) last.waiting++;
    else if (names.length > 0)
      claims.push({
        keyId,
        weight,
        rank,
        hosts: names,
        shares,
        waiting: 1,
        waitedMs: nowMs - waiter.sinceMs,
      });
  }
  return claims;
}
