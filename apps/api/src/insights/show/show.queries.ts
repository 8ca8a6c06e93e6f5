import type { Currency } from '#contracts/money';
import type { ShowState } from '#contracts/shows';
import type { DeviceStretch } from './watching.ts';
import type { Queryable } from '../../database/index.ts';

export interface ShowFacts {
  id: string;
  brand_id: string;
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
    `SELECT s.id, s.brand_id, s.slug, s.title, s.subtitle, s.state, s.starts_at, s.live_since, s.ended_at, b.time_zone, b.currency, engawa_now() AS now
     FROM shows s JOIN brands b ON b.id = s.brand_id WHERE s.id = $1 AND s.brand_id = $2`,
    [showId, brandId],
  );
  return rows[0] ?? null;
}

/** SQL of who a subject is: the person that it is linked to, else itself. */
export const personOf = (subject: string) => `COALESCE(l.person_id, ${subject})`;
export const linksOf = (row: string, subject = 'subject_id') =>
  `LEFT JOIN person_links l ON l.brand_id = ${row}.brand_id AND l.subject_id = ${row}.${subject}`;

/** Every stretch of watching of every device, by person; who watches on two at once is one viewer, but two devices. */
export async function stretchesOf(queryable: Queryable, showId: string): Promise<DeviceStretch[]> {
  const { rows } = await queryable.sql<{ person_id: string; viewer_id: string; from: Date; to: Date }>(
    `SELECT ${personOf('w.viewer_id')} AS person_id, w.viewer_id, w.started_at AS "from", w.ended_at AS "to"
     FROM watch_intervals w ${linksOf('w', 'viewer_id')} WHERE w.show_id = $1 AND w.ended_at > w.started_at ORDER BY w.started_at`,
    [showId],
  );
  return rows.map((row) => ({
    person: row.person_id,
    device: row.viewer_id,
    from: row.from.getTime(),
    to: row.to.getTime(),
  }));
}

export interface Counts {
  viewers: number;
  messages: number;
  chatters: number;
  hearts: number;
  clicks: number;
  clickers: number;
  impressions: number;
  saw: number;
  holds: number;
  holders: number;
  devices: number;
  engaged: number;
}

/** A viewer is a person who watched, or came while the show was live. One row for each device, then for each person, then one. */
export async function countsOf(queryable: Queryable, showId: string): Promise<Counts> {
  const { rows } = await queryable.sql<Counts>(
    `WITH device AS (
       SELECT a.subject_id, bool_or(a.name = 'Live Joined') AS watched,
         bool_or(a.name IN ('Chat Sent', 'Reaction Sent', 'Product Clicked', 'Survey Answered')) AS engaged,
         sum(a.count) FILTER (WHERE a.name = 'Chat Sent') AS messages, sum(a.quantity) FILTER (WHERE a.name = 'Reaction Sent') AS hearts,
         sum(a.count) FILTER (WHERE a.name = 'Product Clicked') AS clicks, sum(a.count) FILTER (WHERE a.name = 'Product Viewed') AS impressions,
         sum(a.count) FILTER (WHERE a.name = 'Checkout Started') AS holds
       FROM show_activity a WHERE a.show_id = $1 GROUP BY 1
       UNION ALL SELECT w.viewer_id, true, false, NULL, NULL, NULL, NULL, NULL FROM watch_intervals w WHERE w.show_id = $1 GROUP BY 1
     ), whole AS (
       SELECT s.brand_id, d.* FROM shows s, device d WHERE s.id = $1
     ), person AS (
       SELECT ${personOf('d.subject_id')} AS person_id, bool_or(d.watched) AS watched, bool_or(d.engaged) AS engaged,
         count(DISTINCT d.subject_id) FILTER (WHERE d.watched) AS devices, sum(d.messages) AS messages, sum(d.hearts) AS hearts,
         sum(d.clicks) AS clicks, sum(d.impressions) AS impressions, sum(d.holds) AS holds
       FROM whole d ${linksOf('d')} GROUP BY 1
     )
     SELECT count(*) FILTER (WHERE watched)::int AS viewers, COALESCE(sum(devices), 0)::int AS devices,
       COALESCE(sum(messages), 0)::int AS messages, count(messages)::int AS chatters, COALESCE(sum(hearts), 0)::int AS hearts,
       COALESCE(sum(clicks), 0)::int AS clicks, count(clicks)::int AS clickers,
       COALESCE(sum(impressions), 0)::int AS impressions, count(impressions)::int AS saw,
       COALESCE(sum(holds), 0)::int AS holds, count(holds)::int AS holders,
       count(*) FILTER (WHERE watched AND engaged)::int AS engaged
     FROM person`,
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

export interface SecondRow {
  /** From the first picture on. */
  second: number;
  messages: number;
  hearts: number;
  clicks: number;
}

/** Counts of the log by second of the show. */
export async function secondCounts(queryable: Queryable, showId: string, start: Date): Promise<SecondRow[]> {
  const { rows } = await queryable.sql<SecondRow>(
    `SELECT floor(GREATEST(0, extract(epoch FROM second - $2::timestamptz)))::int AS second,
       COALESCE(sum(count) FILTER (WHERE name = 'Chat Sent'), 0)::int AS messages,
       COALESCE(sum(quantity) FILTER (WHERE name = 'Reaction Sent'), 0)::int AS hearts,
       COALESCE(sum(count) FILTER (WHERE name = 'Product Clicked'), 0)::int AS clicks
     FROM show_seconds WHERE show_id = $1 AND second >= date_trunc('second', $2::timestamptz)
       AND name IN ('Chat Sent', 'Reaction Sent', 'Product Clicked') GROUP BY 1 ORDER BY 1`,
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
  impressions: number;
  clicks: number;
  clickers: number;
  holds: number;
}

export async function productRows(queryable: Queryable, showId: string): Promise<ProductRow[]> {
  const { rows } = await queryable.sql<ProductRow>(
    `WITH total AS (
       SELECT product_id, sum(count) FILTER (WHERE name = 'Product Viewed') AS impressions,
         sum(count) FILTER (WHERE name = 'Product Clicked') AS clicks, sum(count) FILTER (WHERE name = 'Checkout Started') AS holds
       FROM show_activity WHERE show_id = $1 AND product_id IS NOT NULL GROUP BY 1
     ), clicked AS (
       SELECT DISTINCT s.product_id, ${personOf('s.subject_id')} AS person_id FROM show_steps s ${linksOf('s')}
       WHERE s.show_id = $1 AND s.name = 'Product Clicked'
     ), clickers AS (
       SELECT product_id, count(*) AS people FROM clicked GROUP BY 1
     )
     SELECT o.product_id, p.name, p.image_id, COALESCE(t.impressions, 0)::int AS impressions, COALESCE(t.clicks, 0)::int AS clicks,
       COALESCE(c.people, 0)::int AS clickers, COALESCE(t.holds, 0)::int AS holds
     FROM offers o JOIN products p ON p.id = o.product_id LEFT JOIN total t ON t.product_id = o.product_id
     LEFT JOIN clickers c ON c.product_id = o.product_id WHERE o.show_id = $1 ORDER BY o.position`,
    [showId],
  );
  return rows;
}

export interface StepRow {
  person: string;
  name:
    | 'Room Joined'
    | 'Live Joined'
    | 'Product Clicked'
    | 'Checkout Started'
    | 'Product Viewed'
    | 'Order Completed'
    | 'Order Elsewhere';
  productId: string | null;
  at: number;
}

/**
 * The times of what may lead to an order: every click and hold, the first and the last coming and seeing of each, and what viewers of this
 * show ordered, here or later.
 */
export async function stepRows(queryable: Queryable, brandId: string, showId: string): Promise<StepRow[]> {
  const { rows } = await queryable.sql<{
    person: string;
    name: StepRow['name'];
    product_id: string | null;
    at: string;
  }>(
    `WITH buyer AS (
       SELECT DISTINCT ${personOf('o.viewer_id')} AS person_id FROM orders o ${linksOf('o', 'viewer_id')}
       WHERE o.show_id = $2 AND o.state IN ('paid', 'refunded')
     ), device AS (
       SELECT person_id, person_id AS viewer_id FROM buyer
       UNION SELECT b.person_id, l.subject_id FROM buyer b JOIN person_links l ON l.brand_id = $1 AND l.person_id = b.person_id
     ), step AS (
       SELECT ${personOf('s.subject_id')} AS person, s.name, s.product_id, s.at FROM show_steps s ${linksOf('s')} WHERE s.show_id = $2
       UNION ALL
       SELECT ${personOf('a.subject_id')}, a.name, a.product_id, t.at FROM show_activity a ${linksOf('a')}
       CROSS JOIN LATERAL (VALUES (a.first_at), (a.last_at)) AS t (at)
       WHERE a.show_id = $2 AND a.name IN ('Room Joined', 'Live Joined', 'Product Viewed')
         AND (a.name <> 'Product Viewed' OR ${personOf('a.subject_id')} IN (SELECT person_id FROM buyer))
       UNION ALL
       SELECT d.person_id, CASE WHEN o.show_id = $2 THEN 'Order Completed' ELSE 'Order Elsewhere' END, NULL, o.paid_at FROM device d JOIN orders o ON o.viewer_id = d.viewer_id
       WHERE o.brand_id = $1 AND o.state IN ('paid', 'refunded')
     )
     SELECT person, name, product_id, (extract(epoch FROM at) * 1000)::float8 AS at FROM step`,
    [brandId, showId],
  );
  return rows.map(({ person, name, product_id, at }) => ({ person, name, productId: product_id, at: Number(at) }));
}

/** Buyers whose first order of the brand is in this show, and viewers who had been viewers of an earlier one. */
export async function newcomersOf(
  queryable: Queryable,
  brandId: string,
  showId: string,
): Promise<{ new_buyers: number; returning_viewers: number }> {
  const { rows } = await queryable.sql<{ new_buyers: number; returning_viewers: number }>(
    `WITH buyer AS (
       SELECT ${personOf('o.viewer_id')} AS person_id, min(o.paid_at) AS first_at FROM orders o ${linksOf('o', 'viewer_id')}
       WHERE o.show_id = $2 AND o.state IN ('paid', 'refunded') GROUP BY 1
     ), device AS (
       SELECT person_id, first_at, person_id AS viewer_id FROM buyer
       UNION SELECT b.person_id, b.first_at, l.subject_id FROM buyer b JOIN person_links l ON l.brand_id = $1 AND l.person_id = b.person_id
     ), known AS (
       SELECT DISTINCT d.person_id FROM device d JOIN orders o ON o.viewer_id = d.viewer_id
       WHERE o.brand_id = $1 AND o.state IN ('paid', 'refunded') AND o.paid_at < d.first_at
     )
     SELECT ((SELECT count(*) FROM buyer) - (SELECT count(*) FROM known))::int AS new_buyers,
       (SELECT count(*) FROM show_people WHERE show_id = $2 AND viewed AND viewed_before > '-infinity')::int AS returning_viewers`,
    [brandId, showId],
  );
  return rows[0]!;
}

export interface DealRow {
  name: string;
  opens_at: Date;
  closes_at: Date;
  taken: number;
  quantity: number;
}

export async function dealRows(queryable: Queryable, showId: string): Promise<DealRow[]> {
  const { rows } = await queryable.sql<DealRow>(
    `SELECT p.name, a.opens_at, a.closes_at, a.taken, a.quantity
     FROM deals d JOIN allotments a ON a.id = d.allotment_id JOIN offers o ON o.id = d.offer_id JOIN products p ON p.id = o.product_id
     WHERE d.show_id = $1 ORDER BY a.opens_at`,
    [showId],
  );
  return rows;
}
