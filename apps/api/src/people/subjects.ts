import { createHash } from 'node:crypto';
import type { Queryable } from '../database/index.ts';
import type { Subject } from './identity.entity.ts';

/** An identifier from outside: a shop's anonymous id or user id, or an e-mail address. */
export type Identifier = Pick<Subject, 'brandId' | 'kind' | 'value'>;

/** The id under which an identifier is kept: the same one always has the same. E-mail addresses are compared in lower case. */
export function subjectId({ brandId, kind, value }: Identifier): string {
  const said = kind === 'email' ? value.trim().toLowerCase() : value;
  const hex = createHash('sha256')
    .update(JSON.stringify([brandId, kind, said]))
    .digest('hex');
  // UUIDv8 (RFC 9562): 122 bits of the hash, and the marks of version and variant.
  const variant = (8 + (parseInt(hex.charAt(16), 16) & 3)).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-');
}

/** Writes down what these ids stand for, once. */
export async function keepSubjects(queryable: Queryable, identifiers: Identifier[]): Promise<void> {
  if (identifiers.length === 0) return;
  // In the order of their ids: two batches at once must not wait for each other in a circle.
  const rows = identifiers.map((one) => ({ ...one, id: subjectId(one) })).sort((a, b) => (a.id < b.id ? -1 : 1));
  await queryable.sql(
    `INSERT INTO subjects (id, brand_id, kind, value) SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) ON CONFLICT DO NOTHING`,
    [
      rows.map(({ id }) => id),
      rows.map(({ brandId }) => brandId),
      rows.map(({ kind }) => kind),
      rows.map(({ kind, value }) => (kind === 'email' ? value.trim().toLowerCase() : value)),
    ],
  );
}
