import type { PersonExport } from '#contracts/privacy';
import type { Queryable } from '../../database/index.ts';
import { SCOPE, scopeParameters, type PersonScope } from './person-scope.ts';

/**
 * Every part of what is kept of a person, as rows of `SELECT …, scope`. A table that learns to hold something of a person gets a line here and in
 * erase-person.ts; a test looks through the whole database for what was forgotten.
 */
const parts: Record<string, string> = {
  identifiers: `SELECT s.id, s.kind, s.value, s.created_at FROM subjects s, scope WHERE s.id = ANY(scope.subjects) AND s.brand_id = scope.brand_id`,
  links: `SELECT l.subject_id, l.state, l.source, l.linked_at, l.undone_at FROM identity_links l, scope
          WHERE l.brand_id = scope.brand_id AND (l.subject_id = ANY(scope.subjects) OR l.person_id = ANY(scope.subjects))`,
  attributes: `SELECT a.name, a.value, a.source, a.set_at FROM person_attributes a, scope WHERE a.brand_id = scope.brand_id AND a.subject_id = ANY(scope.subjects)`,
  consents: `SELECT c.purpose, c.granted, c.text_version, c.locale, c.source, c.at FROM consents c, scope WHERE c.brand_id = scope.brand_id AND c.subject_id = ANY(scope.subjects)`,
  addresses: `SELECT a.name, a.phone, a.address, a.used_at FROM saved_addresses a, scope WHERE a.brand_id = scope.brand_id AND a.subject_id = ANY(scope.subjects)`,
  orders: `SELECT o.number, o.state, o.currency, o.items_amount, o.discount_amount, o.shipping_amount, o.tax_amount, o.total_amount, o.refunded_amount, o.email, o.name,
             o.phone, o.address, o.payment_method, o.placed_at, o.paid_at, o.shipped_at, o.carrier, o.tracking_number,
             (SELECT jsonb_agg(jsonb_build_object('product', l.product_name, 'variant', l.variant_name, 'sku', l.sku, 'unit_amount', l.unit_amount, 'quantity', l.quantity)
                               ORDER BY l.position) FROM order_lines l WHERE l.order_id = o.id) AS lines,
             (SELECT jsonb_agg(jsonb_build_object('amount', r.amount, 'reason', r.reason, 'state', r.state, 'at', r.created_at) ORDER BY r.created_at) FROM refunds r WHERE r.order_id = o.id) AS refunds
           FROM orders o, scope WHERE o.id = ANY(scope.orders)`,
  cart: `SELECT v.sku, c.quantity, c.added_at FROM cart_lines c JOIN variants v ON v.id = c.variant_id, scope
         WHERE c.brand_id = scope.brand_id AND c.viewer_id = ANY(scope.subjects)`,
  holds: `SELECT h.show_id, v.sku, h.quantity, h.state, h.created_at, h.expires_at FROM holds h JOIN variants v ON v.id = h.variant_id, scope
          WHERE h.brand_id = scope.brand_id AND h.viewer_id = ANY(scope.subjects)`,
  waitlist: `SELECT v.sku, w.quantity, w.state, w.joined_at FROM waitlist_entries w JOIN variants v ON v.id = w.variant_id, scope
             WHERE w.brand_id = scope.brand_id AND w.viewer_id = ANY(scope.subjects)`,
  messages: `SELECT s.title AS show, c.name, c.text, c.sent_at, c.deleted_seq IS NOT NULL AS deleted FROM chat_messages c JOIN shows s ON s.id = c.show_id, scope
             WHERE s.brand_id = scope.brand_id AND c.viewer_id = ANY(scope.subjects)`,
  interactions: `SELECT i.name, i.source, i.show_id, i.product_id, i.quantity, i.amount, i.properties, i.context, i.occurred_at FROM interactions i, scope
                 WHERE i.brand_id = scope.brand_id AND i.subject_id = ANY(scope.subjects)`,
  watching: `SELECT w.show_id, w.started_at, w.ended_at FROM watch_intervals w, scope WHERE w.brand_id = scope.brand_id AND w.viewer_id = ANY(scope.subjects)`,
  visits: `SELECT v.started_at, v.ended_at, v.events, v.context FROM visits v, scope WHERE v.brand_id = scope.brand_id AND v.subject_id = ANY(scope.subjects)`,
  surveys: `SELECT s.kind, s.opened_at, a.score, a.comment, a.answered_at FROM survey_answers a JOIN surveys s ON s.id = a.survey_id, scope
            WHERE s.brand_id = scope.brand_id AND a.subject_id = ANY(scope.subjects)`,
  shared: `SELECT r.show_id, r.created_at FROM referral_links r, scope WHERE r.brand_id = scope.brand_id AND r.subject_id = ANY(scope.subjects)`,
  followed: `SELECT v.visited_at FROM referral_visits v, scope WHERE v.brand_id = scope.brand_id AND v.subject_id = ANY(scope.subjects)`,
  mails: `SELECT m.kind, m.to_address, m.subject, m.text_body, m.state, m.created_at FROM mails m, scope
          WHERE m.brand_id = scope.brand_id AND (lower(m.to_address) = ANY(scope.emails) OR split_part(m.reference, ':', 2) = ANY(scope.orders::text[]))`,
  forecast: `SELECT p.p_alive, p.expected_orders, p.predicted_amount FROM person_values p, scope WHERE p.brand_id = scope.brand_id AND p.person_id = ANY(scope.subjects)`,
};

/** Oldest first within a part, where it has a time. */
export async function exportParts(queryable: Queryable, scope: PersonScope): Promise<PersonExport['parts']> {
  const result: PersonExport['parts'] = {};
  for (const [name, select] of Object.entries(parts)) {
    const { rows } = await queryable.sql<{ row: Record<string, unknown> }>(
      `WITH ${SCOPE}, part AS (${select}) SELECT to_jsonb(part) AS row FROM part`,
      scopeParameters(scope),
    );
    result[name] = rows.map(({ row }) => row);
  }
  return result;
}
