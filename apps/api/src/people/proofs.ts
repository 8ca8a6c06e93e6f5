import type { Queryable, Tx } from '../database/index.ts';
import {
  addLinks,
  addMerge,
  addPerson,
  lockPersonsOf,
  lockSubjects,
  mergePersons,
  personsOf,
} from './identity-links.ts';

/**
 * `code`: entered from a mail · `mail_link`: a signed link of a mail, opened · `server`: said with a brand's server key · `user_hash`: said by a
 * browser, signed by the brand's server · `alias`: a server says that two user ids are one person's
 */
export type ProofSource = 'code' | 'mail_link' | 'server' | 'user_hash' | 'alias';

/** That two identifiers are one person's. */
export interface Proof {
  brandId: string;
  /** The one that was unknown, or is less known: a viewer, an anonymous id. */
  subjectId: string;
  /** The one that it was proven with: an e-mail address, a user id. Its person outlasts a merge. */
  withSubjectId: string;
  source: ProofSource;
  evidence?: Record<string, unknown>;
}

/** That somebody said so, without proof. */
export interface Claim extends Omit<Proof, 'source'> {
  source: string;
}

export type ProofOutcome =
  | { state: 'proven'; personId: string; mergeId: string | null }
  /** Kept as a claim. `undone_by_hand`: staff took these two apart · `two_users`: the two have different user ids of the shop */
  | { state: 'pending'; reason: 'undone_by_hand' | 'two_users' };

/** Joins the transaction. The same proof again changes nothing. */
export async function proveWithin(tx: Tx, proof: Proof): Promise<ProofOutcome> {
  const { brandId, subjectId, withSubjectId, source } = proof;
  const both = [subjectId, withSubjectId];
  const known = sharedPerson(await personsOf(tx, brandId, both), both);
  if (known) return { state: 'proven', personId: known, mergeId: null };

  await lockSubjects(tx, brandId, both);
  const persons = await lockPersonsOf(tx, brandId, both);
  const shared = sharedPerson(persons, both);
  if (shared) return { state: 'proven', personId: shared, mergeId: null };

  const refusal = await reasonToWait(tx, proof, persons);
  if (refusal) {
    await claimAll(tx, [{ ...proof, evidence: { ...proof.evidence, held_back: refusal } }]);
    return { state: 'pending', reason: refusal };
  }
  const evidence = { ...proof.evidence };
  const facts = { ...evidence, source, subject_id: subjectId, with_subject_id: withSubjectId };
  const own = persons.get(subjectId);
  const other = persons.get(withSubjectId);
  if (own && other) {
    const mergeId = await mergePersons(tx, brandId, { from: own, into: other, evidence: facts });
    return { state: 'proven', personId: other, mergeId };
  }
  if (!own && !other) {
    const personId = await addPerson(tx, brandId);
    await addLinks(tx, brandId, [
      { subject_id: withSubjectId, person_id: personId, with_subject_id: null, source, evidence },
      { subject_id: subjectId, person_id: personId, with_subject_id: withSubjectId, source, evidence },
    ]);
    return { state: 'proven', personId, mergeId: null };
  }
  // One of them has been a person by itself: with a history of its own, this is a merge like any other.
  const personId = (own ?? other)!;
  const [joining, joined] = own ? [withSubjectId, subjectId] : [subjectId, withSubjectId];
  const mergeId = (await hasHistory(tx, brandId, joining))
    ? await addMerge(tx, brandId, { from: joining, into: personId, evidence: facts })
    : null;
  await addLinks(tx, brandId, [
    { subject_id: joining, person_id: personId, with_subject_id: joined, source, evidence, merge_id: mergeId },
  ]);
  return { state: 'proven', personId, mergeId };
}

/** Each once while it is open. Those whose two are one person already are left out. */
export async function claimAll(queryable: Queryable, claims: Claim[]): Promise<void> {
  if (claims.length === 0) return;
  const keyOf = (claim: Claim) => [claim.brandId, claim.subjectId, claim.withSubjectId].join(' ');
  const rows = claims.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const column = <T>(value: (claim: Claim) => T) => rows.map(value);
  await queryable.sql(
    `INSERT INTO identity_links (id, brand_id, subject_id, with_subject_id, state, source, evidence, linked_at)
     SELECT gen_random_uuid(), c.brand_id, c.subject_id, c.with_subject_id, 'pending', c.source, c.evidence, engawa_now()
     FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::jsonb[]) AS c (brand_id, subject_id, with_subject_id, source, evidence)
     WHERE c.subject_id <> c.with_subject_id AND NOT EXISTS (
       SELECT FROM person_links a JOIN person_links b ON b.brand_id = a.brand_id AND b.person_id = a.person_id
       WHERE a.brand_id = c.brand_id AND a.subject_id = c.subject_id AND b.subject_id = c.with_subject_id)
     ON CONFLICT DO NOTHING`,
    [
      column(({ brandId }) => brandId),
      column(({ subjectId }) => subjectId),
      column(({ withSubjectId }) => withSubjectId),
      column(({ source }) => source),
      column(({ evidence }) => JSON.stringify(evidence ?? {})),
    ],
  );
}

function sharedPerson(persons: Map<string, string>, [one, other]: string[]): string | null {
  const person = persons.get(one!);
  return person !== undefined && person === persons.get(other!) ? person : null;
}

/** Viewers and anonymous ids do things; an e-mail address or a user id is only what they are called. */
async function hasHistory(tx: Tx, brandId: string, subjectId: string): Promise<boolean> {
  const { rows } = await tx.sql<{ kind: string }>(`SELECT kind FROM subjects WHERE brand_id = $1 AND id = $2`, [
    brandId,
    subjectId,
  ]);
  return rows.length === 0 || rows[0]!.kind === 'anonymous';
}

/** A machine does not overrule staff who took two apart; a person who enters a code again does. And two user ids of a shop are two people's, unless said. */
async function reasonToWait(
  tx: Tx,
  { brandId, subjectId, withSubjectId, source }: Proof,
  persons: Map<string, string>,
): Promise<'undone_by_hand' | 'two_users' | null> {
  if (source !== 'code') {
    const { rows } = await tx.sql(
      `SELECT 1 FROM identity_links WHERE brand_id = $1 AND undone_by IS NOT NULL AND state = 'proven'
         AND (subject_id, with_subject_id) IN (($2::uuid, $3::uuid), ($3::uuid, $2::uuid))
       UNION ALL
       SELECT 1 FROM identity_merges WHERE brand_id = $1 AND undone_by IS NOT NULL
         AND (from_person_id = ANY($4) OR into_person_id = ANY($4))
         AND (evidence->>'subject_id', evidence->>'with_subject_id') IN (($2::text, $3::text), ($3::text, $2::text))
       LIMIT 1`,
      [brandId, subjectId, withSubjectId, [...persons.values(), subjectId, withSubjectId]],
    );
    if (rows.length > 0) return 'undone_by_hand';
  }
  if (source !== 'code' && source !== 'alias') {
    const { rows } = await tx.sql<{ users: number }>(
      `SELECT count(DISTINCT s.id)::int AS users FROM subjects s
       LEFT JOIN person_links l ON l.brand_id = s.brand_id AND l.subject_id = s.id
       WHERE s.brand_id = $1 AND s.kind = 'user' AND (s.id = ANY($2) OR l.person_id = ANY($3))`,
      [brandId, [subjectId, withSubjectId], [...persons.values()]],
    );
    if (rows[0]!.users > 1) return 'two_users';
  }
  return null;
}
