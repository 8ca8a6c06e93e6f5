import type { Role } from './accounts.ts';

/** What staff may do. One table: the guard and the sockets refuse by it, the web offers by it. */
const policy = {
  'catalog.read': ['owner', 'host', 'moderator', 'marketer'],
  'catalog.write': ['owner', 'host'],
  'shows.read': ['owner', 'host', 'moderator', 'marketer'],
  'shows.write': ['owner', 'host'],
  'shows.host': ['owner', 'host'],
  'chat.moderate': ['owner', 'host', 'moderator'],
  'mails.read': ['owner', 'host'],
  'mails.send': ['owner', 'host'],
  'orders.read': ['owner', 'host', 'marketer'],
  'orders.write': ['owner', 'host'],
  'settings.write': ['owner'],
  'insights.read': ['owner', 'host', 'marketer'],
  'links.write': ['owner', 'host', 'marketer'],
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof policy;

export function may(role: Role, action: Action): boolean {
  return (policy[action] as readonly Role[]).includes(role);
}
