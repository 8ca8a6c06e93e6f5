import { v7 as uuid } from 'uuid';
import type { Queryable, Tx } from '../database/index.ts';

/** A link in force, as the statements of this module move it about. */
export interface LinkRow {
  id: string;
  subject_id: string;
  person_id: string;
  with_subject_id: string | null;
  source: string;
  evidence: Record<string, unknown>;
  merge_id: string | null;
  moved_from_id: string | null;
  linked_at: Date;
}

export type NewLink = Pick<LinkRow, 'subject_id' | 'person_id' | 'with_subject_id' | 'source' | 'evidence'> &
  Partial<Pick<LinkRow, 'merge_id' | 'moved_from_id' | 'linked_at'>>;

const columns = `id, subject_id, person_id, with_subject_id, source, evidence, merge_id, moved_from_id, linked_at`;

/** Persons of those subjects that have one. */
export async function personsOf(
  queryable: Queryable,
  brandId: string,
  subjectIds: string[],
): Promise<Map<string, string>> {
  const { rows } = await queryable.sql<{ subject_id: string; person_id: string }>(
    `SELECT subject_id, person_id FROM person_links WHERE brand_id = $1 AND subject_id = ANY($2)`,
    [brandId, subjectIds],
  );
  return new Map(rows.map((row) => [row.subject_id, row.person_id]));
}

/**
 * Keeps others from linking these subjects until the end of the transaction, whether or not they have a person. Subjects are locked before
 * persons, and both in the order of their ids.
 */
export async function lockSubjects(tx: Tx, brandId: string, subjectIds: string[]): Promise<void> {
  await tx.sql(`SELECT pg_advisory_xact_lock(hashtextextended($1 || id, 0)) FROM unnest($2::text[]) AS id`, [
    brandId,
    [...new Set(subjectIds)].sort(),
  ]);
}

export async function lockPersons(tx: Tx, personIds: string[]): Promise<void> {
  if (personIds.length === 0) return;
  await tx.sql(`SELECT 1 FROM persons WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE`, [personIds]);
}

/** Persons of subjects, locked: none of their links changes any more. While it waited for a lock they may have got another person. */
export async function lockPersonsOf(tx: Tx, brandId: string, subjectIds: string[]): Promise<Map<string, string>> {
  const locked = new Set<string>();
  for (;;) {
    const persons = await personsOf(tx, brandId, subjectIds);
    const missing = [...new Set(persons.values())].filter((id) => !locked.has(id));
    if (missing.length === 0) return persons;
    await lockPersons(tx, missing);
    missing.forEach((id) => locked.add(id));
  }
}

/** The person that this one has become part of, through merges in force; itself where it has not. */
export async function currentPerson(queryable: Queryable, brandId: string, personId: string): Promise<string> {
  const { rows } = await queryable.sql<{ id: string }>(
    `WITH RECURSIVE way AS (
       SELECT $2::uuid AS id, 0 AS step
       UNION ALL
       SELECT m.into_person_id, way.step + 1 FROM way JOIN identity_merges m
         ON m.brand_id = $1 AND m.from_person_id = way.id AND m.undone_at IS NULL
       WHERE way.step < 100
     ) SELECT id FROM way ORDER BY step DESC LIMIT 1`,
    [brandId, personId],
  );
  return rows[0]!.id;
}

export async function addPerson(tx: Tx, brandId: string): Promise<string> {
  const id = uuid();
  await tx.sql(`INSERT INTO persons (id, brand_id, created_at) VALUES ($1, $2, engawa_now())`, [id, brandId]);
  return id;
}

export async function addLinks(tx: Tx, brandId: string, links: NewLink[]): Promise<void> {
  if (links.length === 0) return;
  const column = <T>(value: (link: NewLink) => T) => links.map(value);
  await tx.sql(
    `INSERT INTO identity_links (id, brand_id, subject_id, person_id, with_subject_id, state, source, evidence, merge_id, moved_from_id, linked_at)
     SELECT id, $1, subject_id, person_id, with_subject_id, 'proven', source, evidence, merge_id, moved_from_id, COALESCE(linked_at, engawa_now())
     FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::jsonb[], $8::uuid[], $9::uuid[], $10::timestamptz[])
       AS l (id, subject_id, person_id, with_subject_id, source, evidence, merge_id, moved_from_id, linked_at)`,
    [
      brandId,
      column(() => uuid()),
      column((link) => link.subject_id),
      column((link) => link.person_id),
      column((link) => link.with_subject_id),
      column((link) => link.source),
      column((link) => JSON.stringify(link.evidence)),
      column((link) => link.merge_id ?? null),
      column((link) => link.moved_from_id ?? null),
      column((link) => link.linked_at?.toISOString() ?? null),
    ],
  );
}

export async function linksOf(queryable: Queryable, brandId: string, personIds: string[]): Promise<LinkRow[]> {
  const { rows } = await queryable.sql<LinkRow>(
    `SELECT ${columns} FROM identity_links
     WHERE brand_id = $1 AND person_id = ANY($2) AND state = 'proven' AND undone_at IS NULL ORDER BY linked_at, id`,
    [brandId, personIds],
  );
  return rows;
}

export async function endLinks(tx: Tx, ids: string[], memberId: string | null): Promise<void> {
  await tx.sql(`UPDATE identity_links SET undone_at = engawa_now(), undone_by = $2 WHERE id = ANY($1)`, [
    ids,
    memberId,
  ]);
}

export async function addMerge(
  tx: Tx,
  brandId: string,
  merge: { from: string; into: string; evidence: Record<string, unknown> },
): Promise<string> {
  const id = uuid();
  await tx.sql(
    `INSERT INTO identity_merges (id, brand_id, from_person_id, into_person_id, evidence, merged_at) VALUES ($1, $2, $3, $4, $5, engawa_now())`,
    [id, brandId, merge.from, merge.into, JSON.stringify(merge.evidence)],
  );
  return id;
}

/** All that is one person becomes part of the other. Both are locked. */
export async function mergePersons(
  tx: Tx,
  brandId: string,
  merge: { from: string; into: string; evidence: Record<string, unknown> },
): Promise<string> {
  const mergeId = await addMerge(tx, brandId, merge);
  const links = await linksOf(tx, brandId, [merge.from]);
  await endLinks(
    tx,
    links.map(({ id }) => id),
    null,
  );
  await addLinks(
    tx,
    brandId,
    links.map((link) => ({ ...link, person_id: merge.into, merge_id: mergeId, moved_from_id: link.id })),
  );
  return mergeId;
}
