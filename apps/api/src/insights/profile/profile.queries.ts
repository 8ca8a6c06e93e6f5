import type { PersonAttribute, PersonConsent, Profile, WatchedShow } from '#contracts/customers';
import type { Queryable } from '../../database/index.ts';

/** The person that an id leads to, by links and by merges, and all identifiers that are them; null for who never was with this brand. */
export async function membersOf(
  queryable: Queryable,
  brandId: string,
  id: string,
): Promise<{ personId: string; subjectIds: string[] } | null> {
  const { rows } = await queryable.sql<{ person_id: string; subjects: string[] | null; is_known: boolean }>(
    `WITH RECURSIVE way AS (
       SELECT COALESCE((SELECT l.person_id FROM person_links l WHERE l.brand_id = $1 AND l.subject_id = $2), $2::uuid) AS person_id, 0 AS step
       UNION ALL
       SELECT m.into_person_id, way.step + 1 FROM way JOIN identity_merges m
         ON m.brand_id = $1 AND m.from_person_id = way.person_id AND m.undone_at IS NULL WHERE way.step < 100
     ), asked AS (SELECT person_id FROM way ORDER BY step DESC LIMIT 1)
     SELECT a.person_id, (SELECT array_agg(l.subject_id) FROM person_links l WHERE l.brand_id = $1 AND l.person_id = a.person_id) AS subjects,
       EXISTS (SELECT FROM subjects s WHERE s.id = a.person_id AND s.brand_id = $1)
       OR EXISTS (SELECT FROM day_activity d WHERE d.subject_id = a.person_id AND d.brand_id = $1)
       OR EXISTS (SELECT FROM watch_intervals w WHERE w.viewer_id = a.person_id AND w.brand_id = $1)
       OR EXISTS (SELECT FROM orders o WHERE o.viewer_id = a.person_id AND o.brand_id = $1)
       OR EXISTS (SELECT FROM identity_links l WHERE l.brand_id = $1 AND (l.subject_id = a.person_id OR l.person_id = a.person_id)) AS is_known
     FROM asked a`,
    [brandId, id],
  );
  const row = rows[0]!;
  if (!row.subjects && !row.is_known) return null;
  return { personId: row.person_id, subjectIds: row.subjects ?? [row.person_id] };
}

export async function attributesOf(
  queryable: Queryable,
  brandId: string,
  subjectIds: string[],
): Promise<PersonAttribute[]> {
  const { rows } = await queryable.sql<Omit<PersonAttribute, 'setAt'> & { setAt: Date }>(
    `SELECT name, value, source, set_at AS "setAt" FROM person_attributes WHERE brand_id = $1 AND subject_id = ANY($2)
     ORDER BY set_at DESC, name, source, subject_id LIMIT 200`,
    [brandId, subjectIds],
  );
  return rows.map((row) => ({ ...row, setAt: row.setAt.toISOString() }));
}

export async function consentsOf(
  queryable: Queryable,
  brandId: string,
  subjectIds: string[],
): Promise<PersonConsent[]> {
  const { rows } = await queryable.sql<Omit<PersonConsent, 'at'> & { at: Date }>(
    `SELECT DISTINCT ON (purpose) purpose, granted, text_version AS "textVersion", source, at FROM consents
     WHERE brand_id = $1 AND subject_id = ANY($2) ORDER BY purpose, at DESC, id DESC`,
    [brandId, subjectIds],
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}

export async function ordersOf(
  queryable: Queryable,
  brandId: string,
  subjectIds: string[],
): Promise<Profile['orders']> {
  const { rows } = await queryable.sql<Omit<Profile['orders'][number], 'paidAt'> & { paidAt: Date }>(
    `SELECT p.order_id AS id, o.number, p.paid_at AS "paidAt", p.gmv_amount::float8 AS "gmvAmount", p.net_amount::float8 AS "netAmount"
     FROM paid_orders p JOIN orders o ON o.id = p.order_id WHERE p.brand_id = $1 AND p.viewer_id = ANY($2) ORDER BY p.paid_at, o.id`,
    [brandId, subjectIds],
  );
  return rows.map((row) => ({ ...row, paidAt: row.paidAt.toISOString() }));
}

interface ShowRow {
  id: string;
  title: string;
  slug: string;
  starts_at: Date;
  live_since: Date | null;
  ended_at: Date | null;
  watched: [Date, Date][] | null;
  messages: number;
  hearts: number;
}

/** Shows that somebody came to, oldest first, with what they watched of each on all devices together. */
export async function showsOf(queryable: Queryable, brandId: string, subjectIds: string[]): Promise<WatchedShow[]> {
  const { rows } = await queryable.sql<ShowRow>(
    `WITH watched AS (
       SELECT show_id, range_agg(tstzrange(started_at, ended_at)) AS stretches FROM watch_intervals
       WHERE brand_id = $1 AND viewer_id = ANY($2) AND ended_at > started_at GROUP BY 1
     ), did AS (
       SELECT show_id, COALESCE(sum(count) FILTER (WHERE name = 'Chat Sent'), 0)::int AS messages,
              COALESCE(sum(quantity) FILTER (WHERE name = 'Reaction Sent'), 0)::int AS hearts, bool_or(name IN ('Room Joined', 'Live Joined')) AS came
       FROM show_activity WHERE brand_id = $1 AND subject_id = ANY($2) GROUP BY 1
     )
     SELECT s.id, s.title, s.slug, s.starts_at, s.live_since, s.ended_at, COALESCE(d.messages, 0) AS messages, COALESCE(d.hearts, 0) AS hearts,
            (SELECT json_agg(json_build_array(lower(one), upper(one)) ORDER BY one) FROM unnest(w.stretches) AS one) AS watched
     FROM shows s LEFT JOIN watched w ON w.show_id = s.id LEFT JOIN did d ON d.show_id = s.id
     WHERE s.brand_id = $1 AND (w.show_id IS NOT NULL OR d.came) ORDER BY COALESCE(s.live_since, s.starts_at), s.id`,
    [brandId, subjectIds],
  );
  return rows.map((row) => {
    const watched = (row.watched ?? []).map(([from, to]): [string, string] => [
      new Date(from).toISOString(),
      new Date(to).toISOString(),
    ]);
    return {
      id: row.id,
      title: row.title,
      slug: row.slug,
      startsAt: row.starts_at.toISOString(),
      liveSince: row.live_since?.toISOString() ?? null,
      endedAt: row.ended_at?.toISOString() ?? null,
      watched,
      watchSeconds: watched.reduce((sum, [from, to]) => sum + (Date.parse(to) - Date.parse(from)) / 1000, 0),
      messages: row.messages,
      hearts: row.hearts,
    };
  });
}

/** Shows of the brand that were on air since a time: what a person could have come to. */
export async function showsSince(queryable: Queryable, brandId: string, since: Date): Promise<number> {
  const { rows } = await queryable.sql<{ shows: number }>(
    `SELECT count(*)::int AS shows FROM shows WHERE brand_id = $1 AND live_since IS NOT NULL AND COALESCE(ended_at, 'infinity') >= $2`,
    [brandId, since.toISOString()],
  );
  return rows[0]!.shows;
}

/** What depends on all customers together, as it was counted last: RFM and the forecast. */
export async function standingOf(queryable: Queryable, brandId: string, personId: string) {
  const { rows } = await queryable.sql<{
    r: number | null;
    f: number | null;
    m: number | null;
    pAlive: number | null;
    expectedOrders: number | null;
    predictedAmount: number | null;
    observedUntil: string | null;
  }>(
    `SELECT p.r, p.f, p.m, v.p_alive AS "pAlive", v.expected_orders AS "expectedOrders", v.predicted_amount::float8 AS "predictedAmount",
            m.observed_until::text AS "observedUntil"
     FROM (SELECT $1::uuid AS brand_id, $2::uuid AS person_id) asked
       LEFT JOIN person_facts p USING (brand_id, person_id) LEFT JOIN person_values v USING (brand_id, person_id) LEFT JOIN value_models m ON m.id = v.model_id`,
    [brandId, personId],
  );
  return rows[0]!;
}
