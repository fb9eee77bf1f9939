import type { UserItem } from '@ollameter/admin-contract';

/** What the list says of a person's account in a word or two. */
export function personState(person: UserItem): { text: string; kind: 'ok' | 'warn' | 'line' } {
  if (person.disabledAt !== null) return { text: 'Disabled', kind: 'line' };
  if (person.mustChangePassword) return { text: 'Invited', kind: 'warn' };
  return { text: 'Active', kind: 'ok' };
}
