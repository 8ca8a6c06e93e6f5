import type { TimelineEntry, TimelineView } from '#contracts/customers';
import { imageUrl } from '../../catalog/index.ts';
import type { Queryable } from '../../database/index.ts';

/** Where a page ended: microseconds since 1970, and the entry. */
export type TimelineCursor = [micros: string, entryId: string];

/** All that leads to what a person did. */
export interface Member {
  brandId: string;
  subjectIds: string[];
  /** Whether mails may be read. */
  personal: boolean;
}

/** Told by the entry of their show, with what was watched; or too small to be told one by one. */
const toldByShow = `('Room Joined', 'Live Joined', 'Live Left', 'Reaction Sent', 'Replay Watched')`;

const kindOf = `CASE
  WHEN i.name = 'Chat Sent' THEN 'chat'
  WHEN i.name = 'Checkout Started' THEN 'checkout'
  WHEN i.name = 'Order Completed' THEN 'order'
  WHEN i.name = 'Order Refunded' THEN 'refund'
  WHEN i.name LIKE 'Product%' THEN 'product'
  WHEN i.name IN ('Page Viewed', 'Screen Viewed') THEN 'page'
  ELSE 'other' END`;

/**
 * Each source of entries: at, id, kind, name, source, show_id, product_id, order_id, text, quantity, amount, properties. $1 brand, $2 subjects; `older`
 * is the condition of the page, `last` its end.
 */
const sources = {
  did: (older: string, kinds: string | null) => `
    SELECT i.occurred_at AS at, 'i:' || i.message_key AS id, ${kindOf} AS kind, i.name, i.source, i.show_id, i.product_id, i.order_id,
           CASE WHEN i.source = 'browser' OR i.source = 'server'
                THEN COALESCE(i.properties->>'title', i.properties->>'name', i.context->'page'->>'title', i.context->'page'->>'url') END AS text,
           i.quantity, i.amount, i.properties, i.message_key, i.subject_id, i.context
    FROM interactions i WHERE i.brand_id = $1 AND i.subject_id = ANY($2) AND i.name NOT IN ${toldByShow}
      AND i.name <> 'Survey Answered' AND NOT (i.name = 'Product Viewed' AND i.source = 'room')
      ${kinds ? `AND i.name IN ${kinds}` : ''} AND ${older.replaceAll('@at', 'i.occurred_at').replaceAll('@id', `'i:' || i.message_key`)}`,
  shows: (older: string) => `
    SELECT * FROM (
      SELECT min(came.at) AS at, 's:' || came.show_id AS id, 'show' AS kind, 'Show Joined' AS name, 'room' AS source, came.show_id, NULL::uuid, NULL::uuid, NULL,
             1, NULL::bigint, NULL::jsonb, NULL::uuid, NULL::uuid, NULL::jsonb
      FROM (SELECT a.show_id, a.first_at AS at FROM show_activity a
            WHERE a.brand_id = $1 AND a.subject_id = ANY($2) AND a.name IN ('Room Joined', 'Live Joined')
            UNION ALL SELECT w.show_id, w.started_at FROM watch_intervals w
            WHERE w.brand_id = $1 AND w.viewer_id = ANY($2) AND w.ended_at > w.started_at) came
      GROUP BY came.show_id) s WHERE ${older.replaceAll('@at', 's.at').replaceAll('@id', 's.id')}`,
  answers: (older: string) => `
    SELECT a.answered_at, 'a:' || a.survey_id || a.subject_id, 'survey', 'Survey Answered', 'room', s.show_id, s.product_id, NULL::uuid, a.comment, 1, NULL::bigint,
           jsonb_build_object('kind', s.kind, 'score', a.score), NULL::uuid, NULL::uuid, NULL::jsonb
    FROM survey_answers a JOIN surveys s ON s.id = a.survey_id WHERE s.brand_id = $1 AND a.subject_id = ANY($2)
      AND ${older.replaceAll('@at', 'a.answered_at').replaceAll('@id', `'a:' || a.survey_id || a.subject_id`)}`,
  // About their orders, or to an address that is proven to be theirs: anybody can type an address.
  mails: (older: string) => `
    SELECT m.created_at, 'm:' || m.id, 'mail', m.kind, 'mail', NULL::uuid, NULL::uuid, NULL::uuid, m.subject, 1, NULL::bigint,
           jsonb_build_object('state', m.state), NULL::uuid, NULL::uuid, NULL::jsonb
    FROM mails m WHERE m.brand_id = $1 AND (
        split_part(m.reference, ':', 2) IN (SELECT o.id::text FROM orders o WHERE o.brand_id = $1 AND o.viewer_id = ANY($2))
        OR lower(m.to_address) IN (SELECT s.value FROM subjects s WHERE s.brand_id = $1 AND s.kind = 'email' AND s.id = ANY($2)))
      AND ${older.replaceAll('@at', 'm.created_at').replaceAll('@id', `'m:' || m.id`)}`,
  links: (older: string) => `
    SELECT l.linked_at, 'l:' || l.id, 'identity', 'Identity Linked', 'room', NULL::uuid, NULL::uuid, NULL::uuid, l.source, 1, NULL::bigint, NULL::jsonb, NULL::uuid,
           NULL::uuid, NULL::jsonb
    FROM identity_links l WHERE l.brand_id = $1 AND l.subject_id = ANY($2) AND l.state = 'proven' AND l.undone_at IS NULL
      AND ${older.replaceAll('@at', 'l.linked_at').replaceAll('@id', `'l:' || l.id`)}`,
};

function sourcesOf(view: TimelineView, older: string, personal: boolean): string[] {
  const mails = personal ? [sources.mails(older)] : [];
  switch (view) {
    case 'orders':
      return [sources.did(older, `('Checkout Started', 'Order Completed', 'Order Refunded')`)];
    case 'shows':
      return [sources.shows(older)];
    case 'chat':
      return [sources.did(older, `('Chat Sent')`), sources.answers(older)];
    case 'mails':
      return mails;
    case 'all':
      return [sources.did(older, null), sources.shows(older), sources.answers(older), sources.links(older), ...mails];
  }
}

/** A page of all that happened to a person, newest first. Each source gives what may be of the page; ties of one instant are told apart by their ids. */
export async function timelinePage(
  queryable: Queryable,
  { brandId, subjectIds, personal }: Member,
  view: TimelineView,
  after: TimelineCursor | null,
  limit: number,
): Promise<{ entries: TimelineEntry[]; last: TimelineCursor | null }> {
  const at = `'epoch'::timestamptz + $4::bigint * interval '1 microsecond'`;
  const older = after ? `(@at, @id) < (${at}, $5::text)` : 'true';
  const parts = sourcesOf(view, older, personal);
  if (parts.length === 0) return { entries: [], last: null };
  const { rows } = await queryable.sql<Row>(
    `WITH page AS MATERIALIZED (
       SELECT * FROM (
         ${parts.map((part) => `(SELECT * FROM (${part}) part (${names}) ORDER BY at DESC, id DESC LIMIT $3)`).join('\nUNION ALL\n')}
       ) every ORDER BY at DESC, id DESC LIMIT $3
     )
     SELECT p.id, p.at, (extract(epoch FROM p.at) * 1000000)::bigint::text AS micros, p.kind, p.name, p.source, p.show_id AS "showId", p.order_id AS "orderId",
            p.quantity, p.amount::float8 AS amount, p.properties,
            COALESCE(c.text, p.text, x.name, l.name) AS text, COALESCE(x.image_id, l.image_id) AS image_id, c.deleted_seq IS NOT NULL AS deleted,
            COALESCE(p.context->'campaign'->>'source', substring(p.context->'page'->>'referrer' FROM '^https?://([^/:?#]+)')) AS came_from, o.number
     FROM page p LEFT JOIN products x ON x.id = p.product_id AND x.brand_id = $1
       LEFT JOIN orders o ON o.id = p.order_id AND o.brand_id = $1
       LEFT JOIN LATERAL (SELECT product_name AS name, image_id FROM order_lines WHERE order_id = o.id ORDER BY position LIMIT 1) l ON true
       LEFT JOIN LATERAL (SELECT m.text, m.deleted_seq FROM chat_messages m WHERE p.kind = 'chat' AND m.show_id = p.show_id AND m.author_key = p.subject_id::text
                          AND interaction_key($1, 'chat:' || m.id) = p.message_key LIMIT 1) c ON true
     ORDER BY p.at DESC, p.id DESC`,
    [brandId, subjectIds, limit, ...(after ?? [])],
  );
  const last = rows.length === limit ? rows.at(-1)! : null;
  return { entries: rows.map(toEntry), last: last && [last.micros, last.id] };
}

const names = `at, id, kind, name, source, show_id, product_id, order_id, text, quantity, amount, properties, message_key, subject_id, context`;

interface Row extends Omit<TimelineEntry, 'at' | 'imageUrl'> {
  at: Date;
  micros: string;
  image_id: string | null;
  deleted: boolean;
  came_from: string | null;
  number: string | null;
}

function toEntry({ micros: _, image_id, at, deleted, came_from, number, properties, ...row }: Row): TimelineEntry {
  const more = {
    ...(row.source === 'ledger' ? {} : properties),
    ...(deleted && { deleted: true }),
    ...(came_from !== null && { from: came_from }),
    ...(number !== null && { number }),
  };
  return {
    ...row,
    at: at.toISOString(),
    imageUrl: imageUrl(image_id),
    properties: Object.keys(more).length > 0 ? more : null,
  };
}
