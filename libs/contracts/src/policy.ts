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
  /** Who a customer is: names as bought by, addresses, all that they said of themselves. */
  'people.read': ['owner', 'marketer'],
  'insights.read': ['owner', 'host', 'marketer'],
  /** Who is who: merges undone and made again. */
  'people.write': ['owner', 'marketer'],
  'people.erase': ['owner'],
  'links.write': ['owner', 'host', 'marketer'],
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof policy;

export function may(role: Role, action: Action): boolean {
  return (policy[action] as readonly Role[]).includes(role);
}
