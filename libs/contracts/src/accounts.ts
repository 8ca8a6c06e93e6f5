import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { Empty, Id } from './ids.ts';
import { Currency } from './money.ts';

export const Role = z.enum(['owner', 'host', 'moderator', 'marketer']);
export type Role = z.infer<typeof Role>;

export const Brand = z.object({
  id: Id,
  slug: z.string(),
  name: z.string(),
  logoUrl: z.nullable(z.string()),
  currency: Currency,
  timeZone: z.string(), // IANA, such as Asia/Tokyo
  asksConsent: z.optional(z.boolean()), // viewers may say whether what they do is kept
});
export type Brand = z.infer<typeof Brand>;

export const Session = z.object({
  member: z.object({ id: Id, name: z.string(), email: z.string(), role: Role }),
  brand: Brand,
});
export type Session = z.infer<typeof Session>;

/** Whether anybody may still become the first owner of this installation: true until the first member exists. */
export const SetupState = z.object({ needsFirstMember: z.boolean(), demo: z.boolean() });

export const accountsApi = {
  setup: endpoint('GET', '/api/setup', Empty, SetupState),
  createFirstMember: endpoint(
    'POST',
    '/api/setup',
    z.object({
      setupCode: z.string().check(z.maxLength(100)), // printed by the api at start while no member exists
      brandName: z.string().check(z.trim(), z.minLength(1), z.maxLength(60)),
      name: z.string().check(z.trim(), z.minLength(1), z.maxLength(40)),
      email: z.email().check(z.maxLength(254)),
      password: z.string().check(z.minLength(12), z.maxLength(200)),
    }),
    Session,
  ),
  signIn: endpoint(
    'POST',
    '/api/session',
    z.object({
      email: z.email().check(z.maxLength(254)),
      password: z.string().check(z.minLength(1), z.maxLength(200)),
    }),
    Session,
  ),
  session: endpoint('GET', '/api/session', Empty, Session), // 401 unauthenticated when signed out
  signOut: endpoint('DELETE', '/api/session', Empty, Empty),
};
