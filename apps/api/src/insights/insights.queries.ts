import type { Currency } from '#contracts/money';
import type { ShowState } from '#contracts/shows';
import type { Queryable } from '../database/index.ts';
import type { Stretch } from './concurrency.ts';

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

/** Stretches of watching, overlaps of one person's tabs joined. */
export async function stretchesOf(queryable: Queryable, showId: string): Promise<(Stretch & { viewerId: string })[]> {
  const { rows } = await queryable.sql<{ viewer_id: string; from: Date; to: Date }>(
    `SELECT viewer_id, lower(stretch) AS "from", upper(stretch) AS "to" FROM (
       SELECT viewer_id, unnest(range_agg(tstzrange(started_at, ended_at))) AS stretch
       FROM watch_intervals WHERE show_id = $1 AND ended_at > started_at GROUP BY viewer_id) joined`,
    [showId],
  );
  return rows.map((row) => ({ viewerId: row.viewer_id, from: row.from.getTime(), to: row.to.getTime() }));
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
    `WITH i AS (SELECT * FROM interactions WHERE show_id = $1),
     viewer AS (
       SELECT viewer_id FROM watch_intervals WHERE show_id = $1
       UNION SELECT i.viewer_id FROM i JOIN shows s ON s.id = $1
             WHERE i.name = 'Live Joined' AND i.occurred_at >= s.live_since AND i.occurred_at <= COALESCE(s.ended_at, 'infinity')
     )
     SELECT (SELECT count(*) FROM viewer)::int AS viewers,
       count(*) FILTER (WHERE name = 'Chat Sent')::int AS messages,
       count(DISTINCT viewer_id) FILTER (WHERE name = 'Chat Sent')::int AS chatters,
       COALESCE(sum(quantity) FILTER (WHERE name = 'Reaction Sent'), 0)::int AS hearts,
       count(*) FILTER (WHERE name = 'Product Clicked')::int AS clicks,
       count(DISTINCT viewer_id) FILTER (WHERE name = 'Product Clicked')::int AS clickers,
       count(*) FILTER (WHERE name = 'Checkout Started')::int AS holds,
       count(DISTINCT viewer_id) FILTER (WHERE name = 'Checkout Started')::int AS holders,
       count(DISTINCT viewer_id) FILTER (WHERE name IN ('Chat Sent', 'Reaction Sent', 'Product Clicked')
         AND viewer_id IN (SELECT viewer_id FROM viewer))::int AS engaged
     FROM i`,
    [showId],
  );
  return rows[0]!;
}

export interface PaidLine {
  order_id: string;
  viewer_id: string;
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
    `SELECT o.id AS order_id, o.viewer_id, o.paid_at, o.total_amount AS total,
            COALESCE((SELECT sum(amount) FROM refunds r
                      WHERE r.order_id = o.id AND r.kind <> 'late' AND r.failure IS NULL), 0) AS refunded,
            l.product_id, l.quantity, l.unit_amount * l.quantity AS line_amount
     FROM orders o JOIN order_lines l ON l.order_id = o.id
     WHERE o.show_id = $1 AND o.state IN ('paid', 'refunded') ORDER BY o.paid_at, o.id, l.position`,
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
    `SELECT floor(extract(epoch FROM occurred_at - $2::timestamptz) / 60)::int AS minute,
       count(*) FILTER (WHERE name = 'Chat Sent')::int AS messages,
       COALESCE(sum(quantity) FILTER (WHERE name = 'Reaction Sent'), 0)::int AS hearts,
       count(*) FILTER (WHERE name = 'Product Clicked')::int AS clicks
     FROM interactions WHERE show_id = $1 AND occurred_at >= $2 AND name IN ('Chat Sent', 'Reaction Sent', 'Product Clicked') GROUP BY 1`,
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
    `SELECT o.product_id, p.name, p.image_id,
       count(i.id) FILTER (WHERE i.name = 'Product Clicked')::int AS clicks,
       count(DISTINCT i.viewer_id) FILTER (WHERE i.name = 'Product Clicked')::int AS clickers,
       count(i.id) FILTER (WHERE i.name = 'Checkout Started')::int AS holds
     FROM offers o JOIN products p ON p.id = o.product_id
     LEFT JOIN interactions i ON i.show_id = o.show_id AND i.product_id = o.product_id
     WHERE o.show_id = $1 GROUP BY o.product_id, p.name, p.image_id, o.position ORDER BY o.position`,
    [showId],
  );
  return rows;
}
