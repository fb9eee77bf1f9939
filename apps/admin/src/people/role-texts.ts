import type { Role } from '@ollameter/admin-contract';

/** A role in a word and in a sentence. */
export const ROLE_TEXTS: Record<Role, { name: string; may: string }> = {
  admin: { name: 'Admin', may: 'Everything: people, settings, audit, and every prompt.' },
  operator: { name: 'Operator', may: 'Makes keys, manages models and tariffs, sees all figures.' },
  viewer: { name: 'Viewer', may: 'Sees all figures and changes nothing.' },
  member: {
    name: 'Member',
    may: 'Sees only own keys, own requests and own cost; makes own keys where allowed.',
  },
};
