import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { Empty, Id } from './ids.ts';

/** A nickname: shown beside a message. Control, bidi and stacked combining characters are refused by the server. */
export const Nickname = z.string().check(z.trim(), z.minLength(1), z.maxLength(24));

/**
 * A guest: one browser. The token is kept in localStorage and sent in the socket handshake (`auth.guest`) and as
 * `Authorization: Guest <token>`; it carries no personal data.
 */
export const Guest = z.object({ viewerId: Id, token: z.string() });
export type Guest = z.infer<typeof Guest>;

export const peopleApi = {
  /** Makes a guest, or answers the same one with a fresh token when a valid token is sent. */
  guest: endpoint('POST', '/api/guest', Empty, Guest),
};
