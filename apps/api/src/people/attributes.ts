import type { Queryable } from '../database/index.ts';

/** Who says so, from the most to the least believed. */
const sources = ['self', 'collector:server', 'order', 'collector:browser'] as const;
export type AttributeSource = (typeof sources)[number];

export interface Attribute {
  brandId: string;
  subjectId: string;
  /** As Segment names traits: name, email, phone, address, and whatever a shop has of its own. */
  name: string;
  source: AttributeSource;
  value: unknown;
  /** Absent: now. What is older than what is known changes nothing. */
  setAt?: Date;
}

export async function setAttributes(queryable: Queryable, attributes: Attribute[]): Promise<void> {
  // The newest of each, in the order of the key: two batches at once must not wait for each other in a circle.
  const newest = new Map<string, Attribute>();
  const timeOf = ({ setAt }: Attribute) => setAt?.getTime() ?? Infinity;
  for (const one of attributes) {
    const key = [one.brandId, one.subjectId, one.name, one.source].join(' ');
    const other = newest.get(key);
    if (!other || timeOf(one) >= timeOf(other)) newest.set(key, one);
  }
  if (newest.size === 0) return;
  const rows = [...newest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  const column = <T>(value: (one: Attribute) => T) => rows.map(value);
  await queryable.sql(
    `INSERT INTO person_attributes (brand_id, subject_id, name, source, value, set_at)
     SELECT brand_id, subject_id, name, source, value, COALESCE(set_at, engawa_now())
     FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::jsonb[], $6::timestamptz[])
       AS a (brand_id, subject_id, name, source, value, set_at)
     ON CONFLICT (brand_id, subject_id, name, source) DO UPDATE SET value = EXCLUDED.value, set_at = EXCLUDED.set_at
     WHERE person_attributes.set_at <= EXCLUDED.set_at`,
    [
      column(({ brandId }) => brandId),
      column(({ subjectId }) => subjectId),
      column(({ name }) => name),
      column(({ source }) => source),
      column(({ value }) => JSON.stringify(value)),
      column(({ setAt }) => setAt?.toISOString() ?? null),
    ],
  );
}

export interface KnownAttribute {
  name: string;
  value: unknown;
  source: AttributeSource;
  setAt: Date;
  subjectId: string;
}

/** What is known by any of these subjects: what the most believed source said last. */
export async function attributesOf(
  queryable: Queryable,
  brandId: string,
  subjectIds: string[],
): Promise<KnownAttribute[]> {
  const { rows } = await queryable.sql<KnownAttribute>(
    `SELECT DISTINCT ON (name) name, value, source, set_at AS "setAt", subject_id AS "subjectId" FROM person_attributes
     WHERE brand_id = $1 AND subject_id = ANY($2)
     ORDER BY name, COALESCE(array_position($3::text[], source), 99), set_at DESC`,
    [brandId, subjectIds, sources],
  );
  return rows;
}
