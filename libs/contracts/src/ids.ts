import * as z from 'zod/mini';

/** UUIDv7 in practice; any UUID is accepted from a client and then simply not found. */
export const Id = z.uuid();
export type Id = z.infer<typeof Id>;

/** Part of a public address: lower-case letters, figures, hyphens. */
export const Slug = z.string().check(z.minLength(2), z.maxLength(60), z.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/));

/** Times travel as ISO 8601 in UTC. */
export const Time = z.iso.datetime();

export const Locale = z.enum(['ja', 'en']);
export type Locale = z.infer<typeof Locale>;

export const Empty = z.object({});
export type Empty = z.infer<typeof Empty>;
