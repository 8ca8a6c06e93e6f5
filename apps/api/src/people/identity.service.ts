import { Injectable } from '@nestjs/common';
import { AppError } from '#platform/app-error';
import { Database, type Tx } from '../database/index.ts';
import {
  addLinks,
  addMerge,
  addPerson,
  currentPerson,
  endLinks,
  linksOf,
  lockPersons,
  lockPersonsOf,
  lockSubjects,
  mergePersons,
  personsOf,
  type LinkRow,
} from './identity-links.ts';
import { claimAll, proveWithin, type Claim, type Proof, type ProofOutcome } from './proofs.ts';

interface MergeRow {
  id: string;
  from_person_id: string;
  into_person_id: string;
  evidence: Record<string, unknown>;
  merged_at: Date;
  undone_at: Date | null;
}

/** A subject that is where a merge put it, or where later merges took it from there. */
interface Moved {
  subject_id: string;
  link_id: string;
  /** The link that it had before the merge; null where it was a person by itself. */
  former: Omit<LinkRow, 'subject_id' | 'person_id'> | null;
}

/**
 * Who is who. Subjects are linked to persons and links are ended; nothing that anybody did is ever rewritten. All methods may be repeated, and
 * any two may run at once.
 */
@Injectable()
export class IdentityService {
  constructor(private readonly database: Database) {}

  /** Keeps what was only said: an e-mail address that was typed, an id that a browser named. It links nothing. */
  async claim(...claims: Claim[]): Promise<void> {
    await claimAll(this.database, claims);
  }

  /**
   * Makes two identifiers one person's, whom it creates where neither has one. Where both were somebody, that is a merge, which can be undone.
   * Identifiers that are no viewers must have been kept by `keepSubjects`.
   */
  async prove(proof: Proof): Promise<ProofOutcome> {
    return this.database.transaction((tx) => proveWithin(tx, proof));
  }

  /** The person that a subject is: its own id where it has no link. */
  async personOf(brandId: string, subjectId: string): Promise<string> {
    return (await personsOf(this.database, brandId, [subjectId])).get(subjectId) ?? subjectId;
  }

  /** All identifiers of a person, of whom it became part by a merge, or the one that is a person by itself. */
  async subjectsOf(brandId: string, personId: string): Promise<string[]> {
    const links = await linksOf(this.database, brandId, [await currentPerson(this.database, brandId, personId)]);
    return links.length > 0 ? links.map(({ subject_id }) => subject_id) : [personId];
  }

  /**
   * Puts back exactly the links that were in force before, of those subjects that the merge moved and nobody has unlinked since. What was
   * linked since goes with the identifier that it was proven with.
   * @throws not_found, for another brand's merge too
   */
  async undoMerge(brandId: string, mergeId: string, memberId: string | null): Promise<void> {
    await this.database.transaction(async (tx) => {
      const merge = await lockMerge(tx, brandId, mergeId);
      if (merge.undone_at) return;
      const subjects = await subjectsOfMerge(tx, mergeId);
      await lockPersons(tx, [merge.from_person_id]);
      const holders = [...new Set((await lockPersonsOf(tx, brandId, subjects)).values())];
      const back = await movedBy(tx, mergeId);
      const inForce = await linksOf(tx, brandId, holders);
      const followers = followersOf(inForce, back, merge.merged_at);
      const ending = [...back.map(({ link_id }) => link_id), ...followers.map(({ id }) => id)];
      await endLinks(tx, ending, memberId);
      await restore(tx, brandId, merge, back, followers);
      await tx.sql(`UPDATE identity_merges SET undone_at = engawa_now(), undone_by = $2 WHERE id = $1`, [
        mergeId,
        memberId,
      ]);
    });
  }

  /**
   * Makes one again that was undone, by a merge of its own. Nothing happens where the two are one person anyway.
   * @throws not_found, for another brand's merge too
   */
  async redoMerge(brandId: string, mergeId: string, memberId: string | null): Promise<void> {
    await this.database.transaction(async (tx) => {
      const merge = await lockMerge(tx, brandId, mergeId);
      if (!merge.undone_at) return;
      const from = merge.from_person_id;
      await lockSubjects(tx, brandId, [from]);
      const { holder, into } = await lockTwo(tx, async () => ({
        holder: (await isPerson(tx, brandId, from))
          ? await currentPerson(tx, brandId, from)
          : ((await personsOf(tx, brandId, [from])).get(from) ?? null),
        into: await currentPerson(tx, brandId, merge.into_person_id),
      }));
      if (holder === into) return;
      const evidence = { ...merge.evidence, redoes: mergeId, member_id: memberId };
      if (holder) {
        await mergePersons(tx, brandId, { from: holder, into, evidence });
        return;
      }
      const redone = await addMerge(tx, brandId, { from, into, evidence });
      const { source, with_subject_id } = await lastLinkOf(tx, mergeId, from);
      await addLinks(tx, brandId, [
        { subject_id: from, person_id: into, with_subject_id, source, evidence: merge.evidence, merge_id: redone },
      ]);
    });
  }

  /**
   * Ends one link, so that its subject is a person by itself again; or sets a claim aside.
   * @throws not_found, for another brand's link too
   */
  async unlink(brandId: string, linkId: string, memberId: string | null): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { rows } = await tx.sql<{ subject_id: string; person_id: string | null; merge_id: string | null }>(
        `SELECT subject_id, person_id, merge_id FROM identity_links WHERE id = $1 AND brand_id = $2`,
        [linkId, brandId],
      );
      const link = rows[0];
      if (!link) throw new AppError('not_found');
      await lockPersonsOf(tx, brandId, [link.subject_id]);
      await tx.sql(
        `UPDATE identity_links SET undone_at = engawa_now(), undone_by = $2 WHERE id = $1 AND undone_at IS NULL`,
        [linkId, memberId],
      );
      // A merge of that one subject is undone by the same.
      await tx.sql(
        `UPDATE identity_merges SET undone_at = engawa_now(), undone_by = $3
         WHERE id = $1 AND from_person_id = $2 AND undone_at IS NULL`,
        [link.merge_id, link.subject_id, memberId],
      );
    });
  }
}

async function lockMerge(tx: Tx, brandId: string, mergeId: string): Promise<MergeRow> {
  const { rows } = await tx.sql<MergeRow>(
    `SELECT id, from_person_id, into_person_id, evidence, merged_at, undone_at FROM identity_merges
     WHERE id = $1 AND brand_id = $2 FOR UPDATE`,
    [mergeId, brandId],
  );
  if (!rows[0]) throw new AppError('not_found');
  return rows[0];
}

/** Locks both persons; what they are may have changed while it waited. */
async function lockTwo(tx: Tx, look: () => Promise<{ holder: string | null; into: string }>) {
  for (let seen = await look(); ;) {
    await lockPersons(tx, seen.holder ? [seen.holder, seen.into] : [seen.into]);
    const now = await look();
    if (now.holder === seen.holder && now.into === seen.into) return now;
    seen = now;
  }
}

async function isPerson(tx: Tx, brandId: string, id: string): Promise<boolean> {
  const { rows } = await tx.sql(`SELECT 1 FROM persons WHERE id = $1 AND brand_id = $2`, [id, brandId]);
  return rows.length > 0;
}

async function subjectsOfMerge(tx: Tx, mergeId: string): Promise<string[]> {
  const { rows } = await tx.sql<{ subject_id: string }>(
    `SELECT DISTINCT subject_id FROM identity_links WHERE merge_id = $1`,
    [mergeId],
  );
  return rows.map(({ subject_id }) => subject_id);
}

/** Links in force that the merge made, or that later merges made of those. */
async function movedBy(tx: Tx, mergeId: string): Promise<Moved[]> {
  const { rows } = await tx.sql<Moved>(
    `WITH RECURSIVE way AS (
       SELECT l.id AS link_id, l.subject_id, l.merge_id, l.moved_from_id FROM identity_links l
       WHERE l.state = 'proven' AND l.undone_at IS NULL
         AND (l.brand_id, l.subject_id) IN (SELECT brand_id, subject_id FROM identity_links WHERE merge_id = $1)
       UNION ALL
       SELECT way.link_id, way.subject_id, f.merge_id, f.moved_from_id FROM way JOIN identity_links f ON f.id = way.moved_from_id
     )
     SELECT way.link_id, way.subject_id,
            CASE WHEN f.id IS NOT NULL THEN jsonb_build_object('id', f.id, 'with_subject_id', f.with_subject_id, 'source', f.source,
              'evidence', f.evidence, 'merge_id', f.merge_id, 'moved_from_id', f.moved_from_id, 'linked_at', f.linked_at) END AS former
     FROM way LEFT JOIN identity_links f ON f.id = way.moved_from_id WHERE way.merge_id = $1`,
    [mergeId],
  );
  return rows.map((row) => ({
    ...row,
    former: row.former && { ...row.former, linked_at: new Date(row.former.linked_at) },
  }));
}

async function lastLinkOf(tx: Tx, mergeId: string, subjectId: string) {
  const { rows } = await tx.sql<{ source: string; with_subject_id: string | null }>(
    `SELECT source, with_subject_id FROM identity_links WHERE merge_id = $1 AND subject_id = $2 ORDER BY id DESC LIMIT 1`,
    [mergeId, subjectId],
  );
  return rows[0]!;
}

/** Links made since that were proven with one of these, or with one that was. */
function followersOf(inForce: LinkRow[], back: Moved[], since: Date): LinkRow[] {
  const going = new Set(back.map(({ subject_id }) => subject_id));
  const followers: LinkRow[] = [];
  for (;;) {
    const next = inForce.find(
      (link) =>
        !going.has(link.subject_id) &&
        link.linked_at >= since &&
        link.with_subject_id !== null &&
        going.has(link.with_subject_id),
    );
    if (!next) return followers;
    going.add(next.subject_id);
    followers.push(next);
  }
}

/** One that was a person by itself is so again, unless others go with it: then it needs a person to share with them. */
async function restore(tx: Tx, brandId: string, merge: MergeRow, back: Moved[], followers: LinkRow[]): Promise<void> {
  const wasPerson = back.some(({ former }) => former);
  if (!wasPerson && followers.length === 0) return;
  const person_id = wasPerson ? merge.from_person_id : await addPerson(tx, brandId);
  const own = back.map(({ subject_id, former }) =>
    former
      ? { ...former, subject_id, person_id }
      : { subject_id, person_id, with_subject_id: null, source: 'undo', evidence: { undone: merge.id } },
  );
  await addLinks(tx, brandId, [...own, ...followers.map((link) => ({ ...link, person_id }))]);
}
