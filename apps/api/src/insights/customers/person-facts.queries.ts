import { ENGAGEMENT_RULES, engagementScore, type EngagementKind } from '#insight/scores';
import { LIFECYCLE_RULES, lifecycleStage } from '#insight/lifecycle';
import type { Queryable } from '../../database/index.ts';

/** What is read of one person; nothing of it depends on other persons. */
export interface PersonRow {
  person_id: string;
  devices: number;
  is_proven: boolean;
  name: string;
  nickname: string;
  email: string | null;
  emails: string[];
  numbers: string[];
  orders: number;
  gmv_amount: number;
  net_amount: number;
  first_order_at: Date | null;
  last_order_at: Date | null;
  first_seen_at: Date | null;
  last_seen_at: Date | null;
  shows: number;
  recent_shows: number;
  watch_seconds: number;
  last_watched_at: Date | null;
  visits: number;
  source: string | null;
  consent: boolean;
  did: Record<string, { count: number; lastAt: string }>;
  now: Date;
}

const DAY_MS = 86_400_000;

/**
 * Persons by their ids, or by the id of any subject of theirs, as the tables have them now. Ids that are nobody (or a subject that is somebody else by
 * now) are not answered.
 */
export async function readPersons(queryable: Queryable, brandId: string, ids: string[]): Promise<PersonRow[]> {
  const { rows } = await queryable.sql<PersonRow>(
    `WITH asked AS (
       SELECT DISTINCT COALESCE(l.person_id, a.id) AS person_id
       FROM unnest($2::uuid[]) AS a (id) LEFT JOIN person_links l ON l.brand_id = $1 AND l.subject_id = a.id
     ), member AS MATERIALIZED (
       SELECT person_id, subject_id, true AS is_proven FROM asked JOIN person_links l USING (person_id) WHERE l.brand_id = $1
       UNION ALL SELECT person_id, person_id, false FROM asked
     ), who AS (
       SELECT person_id, count(*) FILTER (WHERE is_proven)::int AS proven FROM member GROUP BY 1
     ), bought AS (
       SELECT m.person_id, count(*)::int AS orders, sum(o.gmv_amount)::float8 AS gmv_amount, sum(o.net_amount)::float8 AS net_amount,
              min(o.paid_at) AS first_order_at, max(o.paid_at) AS last_order_at
       FROM member m JOIN paid_orders o ON o.brand_id = $1 AND o.viewer_id = m.subject_id GROUP BY 1
     ), buyer AS (
       SELECT m.person_id, (array_agg(o.name ORDER BY o.paid_at DESC, o.id DESC))[1] AS name, (array_agg(o.email ORDER BY o.paid_at DESC, o.id DESC))[1] AS email,
              array_agg(DISTINCT lower(o.email)) AS emails, array_agg(o.number ORDER BY o.id DESC) AS numbers
       FROM member m JOIN orders o ON o.viewer_id = m.subject_id AND o.brand_id = $1 AND o.state IN ('paid', 'refunded') GROUP BY 1
     ), said AS (
       SELECT DISTINCT ON (m.person_id, a.name) m.person_id, a.name, a.value #>> '{}' AS value
       FROM member m JOIN person_attributes a ON a.brand_id = $1 AND a.subject_id = m.subject_id
       WHERE a.name IN ('name', 'email') AND jsonb_typeof(a.value) = 'string' ORDER BY m.person_id, a.name, a.set_at DESC
     ), address AS (
       SELECT m.person_id, (array_agg(s.value ORDER BY s.created_at DESC))[1] AS email, array_agg(s.value) AS emails
       FROM member m JOIN subjects s ON s.id = m.subject_id AND s.brand_id = $1 AND s.kind = 'email' GROUP BY 1
     ), stretch AS (
       SELECT m.person_id, w.show_id, range_agg(tstzrange(w.started_at, w.ended_at)) AS stretches
       FROM member m JOIN watch_intervals w ON w.viewer_id = m.subject_id AND w.brand_id = $1 WHERE w.ended_at > w.started_at GROUP BY 1, 2
     ), came AS (
       SELECT m.person_id, a.show_id, max(a.last_at) AS last_at FROM member m JOIN show_activity a ON a.subject_id = m.subject_id AND a.brand_id = $1
       WHERE a.name = 'Live Joined' GROUP BY 1, 2
       UNION ALL SELECT person_id, show_id, upper(stretches) FROM stretch
     ), shown AS (
       SELECT person_id, count(DISTINCT show_id)::int AS shows,
              count(DISTINCT show_id) FILTER (WHERE last_at > engawa_now() - interval '${LIFECYCLE_RULES.fanDays} days')::int AS recent_shows
       FROM came GROUP BY 1
     ), watched AS (
       SELECT person_id, sum(extract(epoch FROM upper(one) - lower(one)))::float8 AS watch_seconds, max(upper(one)) AS last_watched_at
       FROM stretch, unnest(stretches) AS one GROUP BY 1
     ), deed AS (
       SELECT m.person_id, d.name, sum(d.count)::int AS count, max(d.last_at) AS last_at
       FROM member m JOIN day_activity d ON d.subject_id = m.subject_id AND d.brand_id = $1 GROUP BY 1, 2
     ), did AS (
       SELECT person_id, jsonb_object_agg(name, jsonb_build_object('count', count, 'lastAt', last_at)) AS did,
              max(last_at) FILTER (WHERE name <> 'Order Refunded') AS last_at
       FROM deed GROUP BY 1
     ), stay AS (
       SELECT m.person_id, v.*, v.started_at > max(v.ended_at) OVER (PARTITION BY m.person_id ORDER BY v.started_at, v.id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) + interval '30 minutes' AS is_new
       FROM member m JOIN visits v ON v.subject_id = m.subject_id AND v.brand_id = $1
     ), visited AS (
       SELECT person_id, (1 + count(*) FILTER (WHERE is_new))::int AS visits, min(started_at) AS first_at, max(ended_at) AS last_at,
              (array_agg(${visitSource('stay')} ORDER BY started_at))[1] AS source
       FROM stay GROUP BY 1
     ), agreed AS (
       SELECT DISTINCT ON (m.person_id) m.person_id, c.granted FROM member m JOIN consents c ON c.brand_id = $1 AND c.subject_id = m.subject_id
       WHERE c.purpose = 'marketing_mail' ORDER BY m.person_id, c.at DESC, c.id DESC
     )
     SELECT w.person_id, GREATEST(1, w.proven) AS devices, w.proven > 0 AS is_proven,
            COALESCE(buyer.name, n.value, '') AS name, COALESCE(nick.name, '') AS nickname, COALESCE(buyer.email, address.email, e.value) AS email,
            COALESCE(buyer.emails, '{}') || COALESCE(address.emails, '{}') || array_remove(ARRAY[lower(e.value)], NULL) AS emails,
            COALESCE(buyer.numbers, '{}') AS numbers,
            COALESCE(bought.orders, 0) AS orders, COALESCE(gmv_amount, 0) AS gmv_amount, COALESCE(net_amount, 0) AS net_amount, first_order_at, last_order_at,
            LEAST(visited.first_at, first_order_at) AS first_seen_at, GREATEST(visited.last_at, did.last_at, last_watched_at, last_order_at) AS last_seen_at,
            COALESCE(shown.shows, 0) AS shows, COALESCE(shown.recent_shows, 0) AS recent_shows,
            COALESCE(watch_seconds, 0) AS watch_seconds, last_watched_at, COALESCE(visits, 0) AS visits, source, COALESCE(granted, false) AS consent,
            COALESCE(did.did, '{}') AS did, engawa_now() AS now
     FROM who w LEFT JOIN bought USING (person_id) LEFT JOIN buyer USING (person_id) LEFT JOIN address USING (person_id) LEFT JOIN shown USING (person_id)
       LEFT JOIN watched USING (person_id) LEFT JOIN did USING (person_id) LEFT JOIN visited USING (person_id) LEFT JOIN agreed USING (person_id)
       LEFT JOIN said n ON n.person_id = w.person_id AND n.name = 'name' LEFT JOIN said e ON e.person_id = w.person_id AND e.name = 'email'
       LEFT JOIN LATERAL (
         SELECT c.name FROM member m JOIN show_activity a ON a.subject_id = m.subject_id AND a.brand_id = $1 AND a.name = 'Chat Sent'
         JOIN chat_messages c ON c.show_id = a.show_id AND c.author_key = a.subject_id::text
         WHERE m.person_id = w.person_id ORDER BY c.sent_at DESC LIMIT 1) nick ON did.did ? 'Chat Sent'
     WHERE w.proven > 0 OR bought.orders > 0 OR did.did IS NOT NULL OR watch_seconds > 0 OR address.email IS NOT NULL OR n.value IS NOT NULL`,
    [brandId, ids],
  );
  return rows;
}

/** SQL of where a visit came from: the campaign's source, else the host of the page before, else nothing in between. */
export const visitSource = (visit: string) =>
  `COALESCE(${visit}.context->'campaign'->>'source', substring(${visit}.context->'page'->>'referrer' FROM '^https?://([^/:?#]+)'), 'direct')`;

/** Stage and score of one person, by the published rules. */
export function judge(person: PersonRow) {
  const now = person.now.getTime();
  const daysSince = (time: Date | string) => Math.max(0, now - new Date(time).getTime()) / DAY_MS;
  const habits: Parameters<typeof engagementScore>[0] = {};
  for (const kind of Object.keys(ENGAGEMENT_RULES.weights) as EngagementKind[]) {
    const deed = person.did[kind];
    if (deed) habits[kind] = { count: deed.count, daysSinceLast: daysSince(deed.lastAt) };
  }
  if (person.last_watched_at) {
    const count = person.watch_seconds / 60;
    habits['Minutes Watched'] = { count, daysSinceLast: daysSince(person.last_watched_at) };
  }
  return {
    stage: lifecycleStage({
      orders: person.orders,
      daysSinceLastOrder: person.last_order_at ? daysSince(person.last_order_at) : null,
      daysSinceLastSeen: person.last_seen_at ? daysSince(person.last_seen_at) : 0,
      recentShows: person.recent_shows,
    }),
    engagementScore: engagementScore(habits),
  };
}
