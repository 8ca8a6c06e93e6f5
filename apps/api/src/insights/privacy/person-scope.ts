import type { Queryable, Tx } from '../../database/index.ts';

/** All that leads to what is kept of a person. */
export interface PersonScope {
  brandId: string;
  /** The person and every identifier of theirs. */
  subjectIds: string[];
  /** Addresses that they have proven to be theirs, in lower case. */
  emails: string[];
  orderIds: string[];
}

/** @param subjectIds identifiers, the person's own id among them */
export async function scopeOf(queryable: Queryable, brandId: string, subjectIds: string[]): Promise<PersonScope> {
  const { rows: emails } = await queryable.sql<{ value: string }>(
    `SELECT value FROM subjects WHERE brand_id = $1 AND id = ANY($2) AND kind = 'email'`,
    [brandId, subjectIds],
  );
  const { rows: orders } = await queryable.sql<{ id: string }>(
    `SELECT id FROM orders WHERE brand_id = $1 AND viewer_id = ANY($2)`,
    [brandId, subjectIds],
  );
  return {
    brandId,
    subjectIds,
    emails: emails.map(({ value }) => value),
    orderIds: orders.map(({ id }) => id),
  };
}

/** Each statement of this folder begins with it, and reads its four columns. */
export const SCOPE = `scope AS (SELECT $1::uuid AS brand_id, $2::uuid[] AS subjects, $3::text[] AS emails, $4::uuid[] AS orders)`;

export const scopeParameters = ({ brandId, subjectIds, emails, orderIds }: PersonScope) => [
  brandId,
  subjectIds,
  emails,
  orderIds,
];

/** Numbers of orders that still need the person's name and address, or may yet be charged. */
export async function ordersUnderWay(tx: Tx, { orderIds }: PersonScope): Promise<string[]> {
  const { rows } = await tx.sql<{ number: string }>(
    `SELECT number FROM orders WHERE id = ANY($1) AND (state = 'pending'
       OR (state = 'paid' AND shipped_at IS NULL)
       OR (disputed_at IS NOT NULL AND dispute_state NOT IN ('won', 'lost', 'warning_closed')))
     ORDER BY number FOR UPDATE`,
    [orderIds],
  );
  return rows.map(({ number }) => number);
}
