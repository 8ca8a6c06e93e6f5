import type { IdentitySubject, PersonIdentity } from '#contracts/identity';
import { AppError } from '#platform/app-error';
import type { Queryable } from '../database/index.ts';
import { currentPerson, linksOf, personsOf } from './identity-links.ts';

/** @throws not_found for what is nobody of this brand */
export async function identityOf(queryable: Queryable, brandId: string, asked: string): Promise<PersonIdentity> {
  const personId = await personNow(queryable, brandId, asked);
  const links = await linksOf(queryable, brandId, [personId]);
  const own = links.length > 0 ? links.map(({ subject_id }) => subject_id) : [personId];
  const [claims, merges] = [
    await claimRows(queryable, brandId, own),
    await mergeRows(queryable, brandId, personId, own),
  ];
  const subjects = await namesOf(queryable, brandId, [
    ...links.flatMap(({ subject_id, with_subject_id }) => [subject_id, with_subject_id]),
    ...claims.flatMap(({ subject_id, with_subject_id }) => [subject_id, with_subject_id]),
    ...merges.flatMap(({ subject_ids, with_subject_id }) => [...subject_ids, with_subject_id]),
  ]);
  const persons = await personsOf(queryable, brandId, [...subjects.keys()]);
  const named = (id: string) => subjects.get(id)!;
  const maybe = (id: string | null) => (id === null ? null : (subjects.get(id) ?? null));
  return {
    personId,
    links: links.map((link) => ({
      id: link.id,
      subject: named(link.subject_id),
      with: maybe(link.with_subject_id),
      source: link.source,
      evidence: link.evidence,
      linkedAt: link.linked_at.toISOString(),
    })),
    claims: claims.map((claim) => {
      const other = own.includes(claim.subject_id) ? claim.with_subject_id : claim.subject_id;
      return {
        id: claim.id,
        subject: named(claim.subject_id),
        with: named(claim.with_subject_id),
        source: claim.source,
        evidence: claim.evidence,
        claimedAt: claim.linked_at.toISOString(),
        personId: persons.get(other) ?? other,
      };
    }),
    merges: merges.map((merge) => ({
      id: merge.id,
      fromPersonId: merge.from_person_id,
      intoPersonId: merge.into_person_id,
      subjects: merge.subject_ids.map(named),
      with: maybe(merge.with_subject_id),
      source: typeof merge.evidence.source === 'string' ? merge.evidence.source : '',
      evidence: merge.evidence,
      mergedAt: merge.merged_at.toISOString(),
      redoneBy: merge.redone_by,
      undoneAt: merge.undone_at?.toISOString() ?? null,
      undoneBy: merge.undone_by,
      mayRedo: merge.undone_at !== null && !merge.was_redone,
    })),
  };
}

/** Whom a person or a subject is now. */
async function personNow(queryable: Queryable, brandId: string, asked: string): Promise<string> {
  const { rows } = await queryable.sql<{ kind: 'person' | 'subject' }>(
    `SELECT 'person' AS kind FROM persons WHERE id = $2 AND brand_id = $1
     UNION ALL SELECT 'subject' FROM subjects WHERE id = $2 AND brand_id = $1
     UNION ALL SELECT 'subject' FROM viewers WHERE id = $2`,
    [brandId, asked],
  );
  if (!rows[0]) throw new AppError('not_found');
  if (rows[0].kind === 'person') return currentPerson(queryable, brandId, asked);
  return (await personsOf(queryable, brandId, [asked])).get(asked) ?? asked;
}

interface ClaimRow {
  id: string;
  subject_id: string;
  with_subject_id: string;
  source: string;
  evidence: Record<string, unknown>;
  linked_at: Date;
}

/** Those that have come true since are the links themselves. */
async function claimRows(queryable: Queryable, brandId: string, own: string[]): Promise<ClaimRow[]> {
  const { rows } = await queryable.sql<ClaimRow>(
    `SELECT id, subject_id, with_subject_id, source, evidence, linked_at FROM identity_links
     WHERE brand_id = $1 AND state = 'pending' AND undone_at IS NULL AND (subject_id = ANY($2) OR with_subject_id = ANY($2))
       AND NOT (subject_id = ANY($2) AND with_subject_id = ANY($2))
     ORDER BY linked_at DESC, id LIMIT 200`,
    [brandId, own],
  );
  return rows;
}

interface MergeRow {
  id: string;
  from_person_id: string;
  into_person_id: string;
  with_subject_id: string | null;
  evidence: Record<string, unknown>;
  merged_at: Date;
  undone_at: Date | null;
  undone_by: string | null;
  redone_by: string | null;
  was_redone: boolean;
  subject_ids: string[];
}

async function mergeRows(queryable: Queryable, brandId: string, personId: string, own: string[]): Promise<MergeRow[]> {
  const { rows } = await queryable.sql<MergeRow>(
    `SELECT m.id, m.from_person_id, m.into_person_id, (m.evidence->>'with_subject_id')::uuid AS with_subject_id, m.evidence, m.merged_at,
            m.undone_at, u.name AS undone_by, r.name AS redone_by,
            EXISTS (SELECT FROM identity_merges n WHERE n.brand_id = m.brand_id AND n.evidence->>'redoes' = m.id::text) AS was_redone,
            ARRAY(SELECT DISTINCT subject_id FROM identity_links k WHERE k.merge_id = m.id) AS subject_ids
     FROM identity_merges m
     LEFT JOIN members u ON u.id = m.undone_by
     LEFT JOIN members r ON r.id::text = m.evidence->>'member_id' AND m.evidence ? 'redoes'
     WHERE m.brand_id = $1 AND (m.from_person_id = $2 OR m.into_person_id = $2 OR m.id IN (
       SELECT merge_id FROM identity_links WHERE brand_id = $1 AND subject_id = ANY($3) AND merge_id IS NOT NULL))
     ORDER BY m.merged_at DESC, m.id DESC LIMIT 200`,
    [brandId, personId, own],
  );
  return rows;
}

/** By id. What is no row of `subjects` is a browser of ours. */
async function namesOf(
  queryable: Queryable,
  brandId: string,
  ids: (string | null)[],
): Promise<Map<string, IdentitySubject>> {
  const wanted = [...new Set(ids.filter((id) => id !== null))];
  const { rows } = await queryable.sql<IdentitySubject>(
    `SELECT w.id, COALESCE(s.kind, 'viewer') AS kind, s.value FROM unnest($2::uuid[]) AS w (id)
     LEFT JOIN subjects s ON s.id = w.id AND s.brand_id = $1`,
    [brandId, wanted],
  );
  return new Map(rows.map((row) => [row.id, row]));
}
