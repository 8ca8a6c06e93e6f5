import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { Empty, Id, Time } from './ids.ts';

/** Everything that is kept of a person, by the name of what it is. */
export const PersonExport = z.object({
  about: z.object({ brand: z.string(), personId: Id, exportedAt: Time, format: z.literal('engawa.person/1') }),
  parts: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
});
export type PersonExport = z.infer<typeof PersonExport>;

/** What a receipt says once its signature has been found good. */
export const ErasureClaims = z.object({
  jti: Id,
  iss: z.string(), // address of the installation
  brandId: Id,
  personId: Id,
  subjectIds: z.array(Id),
  erasedAt: Time,
  erased: z.record(z.string(), z.int()), // rows by table
  pseudonymous: z.record(z.string(), z.int()), // kept without name, address and browser: the books ask for them
});
export type ErasureClaims = z.infer<typeof ErasureClaims>;

export const Erasure = z.object({
  id: Id,
  personId: Id,
  requestedBy: z.enum(['person', 'member']),
  erasedAt: Time,
  rows: z.int(),
  /** A JWS (RFC 7515) by the Ed25519 key of `keys`. */
  receipt: z.string(),
});
export type Erasure = z.infer<typeof Erasure>;

export const privacyApi = {
  /** Staff. */
  exportPerson: endpoint('GET', '/api/people/:personId/export', z.object({ personId: Id }), PersonExport),
  /** Staff. Refused with `erasure_blocked` while an order of the person is on its way. */
  erasePerson: endpoint('POST', '/api/people/:personId/erase', z.object({ personId: Id }), Erasure),
  erasures: endpoint('GET', '/api/privacy/erasures', Empty, z.object({ erasures: z.array(Erasure) })),
  /** A viewer, of themself: of all devices by which they have signed in. */
  exportMine: endpoint('GET', '/api/me/export', z.object({ brandId: Id }), PersonExport),
  eraseMine: endpoint('POST', '/api/me/erase', z.object({ brandId: Id }), Erasure),
  /** Anybody who holds a receipt. @throws receipt_invalid */
  verify: endpoint(
    'POST',
    '/api/privacy/receipts/verify',
    z.object({ receipt: z.string().check(z.maxLength(100_000)) }),
    ErasureClaims,
  ),
  /** JSON Web Key Set (RFC 7517), to verify a receipt without asking us. */
  keys: endpoint('GET', '/api/privacy/keys', Empty, z.object({ keys: z.array(z.record(z.string(), z.string())) })),
};
