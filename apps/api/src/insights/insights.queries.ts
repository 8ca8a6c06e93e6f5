import type { Currency } from '#contracts/money';
import type { ShowState } from '#contracts/shows';
import type { Stretch } from '#insight/concurrency';
import type { Queryable } from '../database/index.ts';

export interface ShowFacts {
  id: string;
  slug: string;
  title: string;
  subtitle: string;
  state: ShowState;
  starts_at: Date;
  live_since: Date | null;
  ended_at: Date | null;
  time_zone: string;
  currency: Currency;
  now: Date;
}

export async function showFacts(queryable: Queryable, brandId: string, showId: string): Promise<ShowFacts | null> {
  const { rows } = await queryable.sql<ShowFacts>(
    `SELECT s.id, s.slug, s.title, s.subtitle, s.state, s.starts_at, s.live_since, s.ended_at, b.time_zone, b.currency, engawa_now() AS now
     FROM shows s JOIN brands b ON b.id = s.brand_id WHERE s.id = $1 AND s.brand_id = $2`,
    [showId, brandId],
  );
  return rows[0] ?? null;
}

/** SQL of who a subject is: the person that it is linked to, else itself. */
const personOf = (subject: string) => `COALESCE(l.person_id, ${subject})`;
const linksOf = (row: string, subject = 'subject_id') =>
  `LEFT JOIN person_links l ON l.brand_id = ${row}.brand_id AND l.subject_id = ${row}.${subject}`;

/** Stretches of watching, overlaps of one person's tabs and devices joined. */
export async function stretchesOf(queryable: Queryable, showId: string): Promise<Stretch[]> {
  const { rows } = await queryable.sql<{ person_id: string; from: Date; to: Date }>(
    `SELECT person_id, lower(stretch) AS "from", upper(stretch) AS "to" FROM (
       SELECT ${personOf('w.viewer_id')} AS person_id, unnest(range_agg(tstzrange(w.started_at, w.ended_at))) AS stretch
       FROM watch_intervals w ${linksOf('w', 'viewer_id')} WHERE w.show_id = $1 AND w.ended_at > w.started_at GROUP BY 1) joined`,
    [showId],
  );
  return rows.map((row) => ({ person: row.person_id, from: row.from.getTime(), to: row.to.getTime() }));
}

export interface Counts {
  viewers: number;
  messages: number;
  chatters: number;
  hearts: number;
  clicks: number;
  clickers: number;
  holds: number;
  holders: number;
  engaged: number;
}

/** A viewer is a person who watched, or came while the show was live. */
export async function countsOf(queryable: Queryable, showId: string): Promise<Counts> {
  const { rows } = await queryable.sql<Counts>(
    `WITH activity AS (
       SELECT a.*, ${personOf('a.subject_id')} AS person_id FROM show_activity a ${linksOf('a')} WHERE a.show_id = $1
     ), viewer AS (
       SELECT ${personOf('w.viewer_id')} AS person_id FROM watch_intervals w ${linksOf('w', 'viewer_id')} WHERE w.show_id = $1
       UNION SELECT person_id FROM activity WHERE name = 'Live Joined'
     )
     SELECT (SELECT count(*) FROM viewer)::int AS viewers,
       COALESCE(sum(count) FILTER (WHERE name = 'Chat Sent'), 0)::int AS messages,
       count(DISTINCT person_id) FILTER (WHERE name = 'Chat Sent')::int AS chatters,
       COALESCE(sum(quantity) FILTER (WHERE name = 'Reaction Sent'), 0)::int AS hearts,
       COALESCE(sum(count) FILTER (WHERE name = 'Product Clicked'), 0)::int AS clicks,
       count(DISTINCT person_id) FILTER (WHERE name = 'Product Clicked')::int AS clickers,
       COALESCE(sum(count) FILTER (WHERE name = 'Checkout Started'), 0)::int AS holds,
       count(DISTINCT person_id) FILTER (WHERE name = 'Checkout Started')::int AS holders,
       count(DISTINCT person_id) FILTER (WHERE name IN ('Chat Sent', 'Reaction Sent', 'Product Clicked', 'Survey Answered')
         AND person_id IN (SELECT person_id FROM viewer))::int AS engaged
     FROM activity`,
    [showId],
  );
  return rows[0]!;
}

export interface PaidLine {
  order_id: string;
  person_id: string;
  paid_at: Date;
  total: number;
  refunded: number;
  product_id: string;
  quantity: number;
  line_amount: number;
}

/**
 * Every line of every paid order of the show: money comes from here and nowhere else. A late payment that went back was never part of an
 * order's total.
 */
export async function paidLines(queryable: Queryable, showId: string): Promise<PaidLine[]> {
  const { rows } = await queryable.sql<PaidLine & { total: string; refunded: string; line_amount: string }>(
    `SELECT o.id AS order_id, ${personOf('o.viewer_id')} AS person_id, o.paid_at, o.total_amount AS total,
            COALESCE((SELECT sum(amount) FROM refunds r
                      WHERE r.order_id = o.id AND r.kind <> 'late' AND r.failure IS NULL), 0) AS refunded,
            line.product_id, line.quantity, line.unit_amount * line.quantity AS line_amount
     FROM orders o JOIN order_lines line ON line.order_id = o.id ${linksOf('o', 'viewer_id')}
     WHERE o.show_id = $1 AND o.state IN ('paid', 'refunded') ORDER BY o.paid_at, o.id, line.position`,
    [showId],
  );
  return rows.map((row) => ({
    ...row,
    total: Number(row.total),
    refunded: Number(row.refunded),
    line_amount: Number(row.line_amount),
  }));
}

/** Counts of the log by minute of the show. */
export async function minuteCounts(
  queryable: Queryable,
  showId: string,
  start: Date,
): Promise<{ minute: number; messages: number; hearts: number; clicks: number }[]> {
  const { rows } = await queryable.sql<{ minute: number; messages: number; hearts: number; clicks: number }>(
    `SELECT floor(GREATEST(0, extract(epoch FROM second - $2::timestamptz)) / 60)::int AS minute,
       COALESCE(sum(count) FILTER (WHERE name = 'Chat Sent'), 0)::int AS messages,
       COALESCE(sum(quantity) FILTER (WHERE name = 'Reaction Sent'), 0)::int AS hearts,
       COALESCE(sum(count) FILTER (WHERE name = 'Product Clicked'), 0)::int AS clicks
     FROM show_seconds WHERE show_id = $1 AND second >= date_trunc('second', $2::timestamptz) GROUP BY 1`,
    [showId, start.toISOString()],
  );
  return rows;
}

export interface PinRow {
  id: string;
  offer_id: string;
  product_id: string;
  name: string;
  image_id: string | null;
  pinned_at: Date;
  unpinned_at: Date | null;
}

export async function pinRows(queryable: Queryable, showId: string): Promise<PinRow[]> {
  const { rows } = await queryable.sql<PinRow>(
    `SELECT p.id, p.offer_id, o.product_id, x.name, x.image_id, p.pinned_at, p.unpinned_at
     FROM pins p JOIN offers o ON o.id = p.offer_id JOIN products x ON x.id = o.product_id
     WHERE p.show_id = $1 ORDER BY p.pinned_at, p.id`,
    [showId],
  );
  return rows;
}

export interface ProductRow {
  product_id: string;
  name: string;
  image_id: string | null;
  clicks: number;
  clickers: number;
  holds: number;
}

export async function productRows(queryable: Queryable, showId: string): Promise<ProductRow[]> {
  const { rows } = await queryable.sql<ProductRow>(
    `WITH activity AS (
       SELECT a.product_id, a.name, a.count, ${personOf('a.subject_id')} AS person_id
       FROM show_activity a ${linksOf('a')} WHERE a.show_id = $1 AND a.product_id IS NOT NULL
     )
     SELECT o.product_id, p.name, p.image_id,
       COALESCE(sum(a.count) FILTER (WHERE a.name = 'Product Clicked'), 0)::int AS clicks,
       count(DISTINCT a.person_id) FILTER (WHERE a.name = 'Product Clicked')::int AS clickers,
       COALESCE(sum(a.count) FILTER (WHERE a.name = 'Checkout Started'), 0)::int AS holds
     FROM offers o JOIN products p ON p.id = o.product_id LEFT JOIN activity a ON a.product_id = o.product_id
     WHERE o.show_id = $1 GROUP BY o.product_id, p.name, p.image_id, o.position ORDER BY o.position`,
    [showId],
  );
  return rows;
}
