/** What must never be otherwise. `sql` answers the rows that break it; none when all is well. */
export interface Invariant {
  /** Its name in reports and talk; several checks may hold one number. */
  number: number;
  rule: string;
  sql: string;
  /** Only a running Engawa keeps it: while it is stopped, nobody ends a hold or does a job. */
  whileRunning?: true;
}

/** Jobs and timers have this long before what they have not done yet counts as left undone. */
const GRACE = `interval '2 minutes'`;

const soldByVariant = `
  SELECT l.variant_id, sum(l.quantity) AS sold
  FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.state IN ('paid', 'refunded') GROUP BY l.variant_id`;

/** Where the log has an order: see engagement/ledger-events.ts. */
const inLog = `i.day = (o.paid_at AT TIME ZONE 'UTC')::date AND i.message_key = interaction_key(o.brand_id, 'order:' || o.id)`;

export const invariants: readonly Invariant[] = [
  {
    number: 1,
    rule: 'nothing is below zero, and no more is reserved than is on hand',
    sql: `SELECT variant_id, on_hand, reserved FROM stock_levels WHERE on_hand < 0 OR reserved < 0 OR reserved > on_hand`,
  },
  {
    number: 2,
    rule: 'received + restocked + adjusted = on hand + sold in paid orders',
    sql: `SELECT l.variant_id, COALESCE(m.came, 0) AS came, l.on_hand, COALESCE(s.sold, 0) AS sold
      FROM stock_levels l
      LEFT JOIN (SELECT variant_id, sum(on_hand_delta) AS came FROM stock_movements
                 WHERE kind IN ('receive', 'restock', 'adjust') GROUP BY variant_id) m USING (variant_id)
      LEFT JOIN (${soldByVariant}) s USING (variant_id)
      WHERE COALESCE(m.came, 0) <> l.on_hand + COALESCE(s.sold, 0)`,
  },
  {
    number: 2,
    rule: 'what an offer counts as sold was sold under it',
    sql: `SELECT o.id AS offer_id, o.sold, COALESCE(h.sold, 0) AS held_and_sold
      FROM offers o LEFT JOIN (SELECT offer_id, sum(quantity) AS sold FROM holds WHERE state = 'sold' GROUP BY offer_id) h ON h.offer_id = o.id
      WHERE o.sold <> COALESCE(h.sold, 0)`,
  },
  {
    number: 3,
    rule: 'reserved = sum of open holds',
    sql: `SELECT l.variant_id, l.reserved, COALESCE(h.held, 0) AS held
      FROM stock_levels l
      LEFT JOIN (SELECT variant_id, sum(quantity) AS held FROM holds WHERE state IN ('active', 'attached') GROUP BY variant_id) h
        USING (variant_id)
      WHERE l.reserved <> COALESCE(h.held, 0)`,
  },
  {
    number: 3,
    rule: 'what is taken of an allotment is the sum of its holds, for each buyer too',
    sql: `WITH held AS (SELECT allotment_id, viewer_id, sum(quantity) AS held FROM holds
                       WHERE allotment_id IS NOT NULL AND state <> 'released' GROUP BY allotment_id, viewer_id)
      SELECT a.id, NULL::text AS viewer_id, a.taken, a.quantity AS at_most, COALESCE(sum(h.held), 0) AS held
      FROM allotments a LEFT JOIN held h ON h.allotment_id = a.id GROUP BY a.id
      HAVING a.taken <> COALESCE(sum(h.held), 0) OR a.taken > a.quantity
      UNION ALL
      SELECT c.allotment_id, c.viewer_id::text, c.quantity, a.per_buyer, COALESCE(h.held, 0)
      FROM allotment_claims c JOIN allotments a ON a.id = c.allotment_id
      LEFT JOIN held h ON h.allotment_id = c.allotment_id AND h.viewer_id = c.viewer_id
      WHERE c.quantity <> COALESCE(h.held, 0) OR c.quantity > a.per_buyer`,
  },
  {
    number: 3,
    rule: 'who waits for a variant is counted at its level',
    sql: `SELECT l.variant_id, l.waiting, COALESCE(w.people, 0) AS people FROM stock_levels l
      LEFT JOIN (SELECT variant_id, count(*) AS people FROM waitlist_entries WHERE state = 'waiting' GROUP BY variant_id) w USING (variant_id)
      WHERE l.waiting <> COALESCE(w.people, 0)`,
  },
  {
    number: 8,
    rule: 'a coupon is used as often as orders with it stand, and no more often than it may',
    sql: `SELECT c.id, c.code, c.used, COALESCE(u.uses, 0) AS uses, c.total FROM coupons c
      LEFT JOIN (SELECT coupon_id, count(*) AS uses FROM coupon_uses WHERE released_at IS NULL GROUP BY coupon_id) u ON u.coupon_id = c.id
      WHERE c.used <> COALESCE(u.uses, 0) OR c.used > c.total
      UNION ALL
      SELECT c.coupon_id, c.buyer_key, c.quantity, COALESCE(u.uses, 0), k.per_buyer FROM coupon_claims c JOIN coupons k ON k.id = c.coupon_id
      LEFT JOIN (SELECT coupon_id, key, count(*) AS uses FROM coupon_uses, unnest(ARRAY[viewer_key, email_key]) AS key
                 WHERE released_at IS NULL GROUP BY coupon_id, key) u ON u.coupon_id = c.coupon_id AND u.key = c.buyer_key
      WHERE c.quantity <> COALESCE(u.uses, 0) OR c.quantity > k.per_buyer`,
  },
  {
    number: 4,
    rule: 'a stock level is the fold of its movements',
    sql: `SELECT variant_id, l.on_hand, l.reserved, m.on_hand AS moved_on_hand, m.reserved AS moved_reserved
      FROM stock_levels l
      FULL JOIN (SELECT variant_id, sum(on_hand_delta) AS on_hand, sum(reserved_delta) AS reserved
                 FROM stock_movements GROUP BY variant_id) m USING (variant_id)
      WHERE (l.on_hand, l.reserved) IS DISTINCT FROM (COALESCE(m.on_hand, 0)::int, COALESCE(m.reserved, 0)::int)`,
  },
  {
    number: 4,
    rule: 'a movement moves what its kind says',
    sql: `SELECT id, variant_id, kind, on_hand_delta, reserved_delta FROM stock_movements WHERE NOT CASE kind
        WHEN 'receive' THEN on_hand_delta >= 0 AND reserved_delta = 0
        WHEN 'restock' THEN on_hand_delta > 0 AND reserved_delta = 0
        WHEN 'adjust' THEN on_hand_delta <> 0 AND reserved_delta = 0
        WHEN 'hold' THEN on_hand_delta = 0 AND reserved_delta > 0
        WHEN 'release' THEN on_hand_delta = 0 AND reserved_delta < 0
        WHEN 'sell' THEN on_hand_delta < 0 AND reserved_delta = on_hand_delta
      END`,
  },
  {
    number: 5,
    rule: 'an order becomes paid at most once',
    sql: `SELECT order_id, count(*) AS times FROM order_events WHERE to_state = 'paid' GROUP BY order_id HAVING count(*) > 1`,
  },
  {
    number: 8,
    rule: 'no more is refunded of an order than it cost, and no more restocked than sold',
    sql: `SELECT o.id AS subject, o.state AS what, sum(r.amount) AS back, o.total_amount AS at_most
      FROM orders o JOIN refunds r ON r.order_id = o.id AND r.kind <> 'late' AND r.failure IS NULL
      GROUP BY o.id HAVING sum(r.amount) > CASE WHEN o.state IN ('paid', 'refunded') THEN o.total_amount ELSE 0 END
      UNION ALL
      SELECT m.variant_id, 'restock', sum(m.on_hand_delta), COALESCE(max(s.sold), 0)
      FROM stock_movements m LEFT JOIN (${soldByVariant}) s USING (variant_id)
      WHERE m.kind = 'restock' GROUP BY m.variant_id HAVING sum(m.on_hand_delta) > COALESCE(max(s.sold), 0)`,
  },
  {
    number: 8,
    rule: 'no more is given back of a late payment than came',
    sql: `SELECT payment_intent_id, sum(amount) AS back, max(amount) FILTER (WHERE key IS NULL) AS came FROM refunds
      WHERE kind = 'late' GROUP BY payment_intent_id
      HAVING sum(amount) FILTER (WHERE failure IS NULL AND state <> 'requested') > max(amount) FILTER (WHERE key IS NULL)`,
  },
  {
    number: 8,
    rule: 'what came back onto the shelf of each line is what was put there',
    sql: `SELECT variant_id, COALESCE(l.restocked, 0) AS restocked, COALESCE(m.moved, 0) AS moved
      FROM (SELECT variant_id, sum(restocked) AS restocked FROM order_lines GROUP BY variant_id) l
      FULL JOIN (SELECT variant_id, sum(on_hand_delta) AS moved FROM stock_movements WHERE kind = 'restock' GROUP BY variant_id) m
        USING (variant_id)
      WHERE COALESCE(l.restocked, 0) <> COALESCE(m.moved, 0)`,
  },
  {
    number: 9,
    rule: 'no hold without an order outlives its end',
    sql: `SELECT id, variant_id, expires_at FROM holds WHERE state = 'active' AND expires_at < engawa_now() - ${GRACE}`,
    whileRunning: true,
  },
  {
    number: 9,
    rule: 'a hold with an order ends with it, and until then somebody looks after both',
    sql: `SELECT h.id, h.state AS hold, o.id AS order_id, o.state AS "order" FROM holds h JOIN orders o ON o.id = h.order_id
      WHERE h.state <> CASE o.state WHEN 'pending' THEN 'attached' WHEN 'canceled' THEN 'released' ELSE 'sold' END
      UNION ALL
      SELECT h.id, h.state, o.id, o.state FROM holds h JOIN orders o ON o.id = h.order_id
      WHERE h.state = 'attached' AND h.expires_at < engawa_now() - ${GRACE} AND o.look_at IS NULL`,
  },
  {
    number: 10,
    rule: 'no order leaves a state that is final, and none skips a state',
    sql: `SELECT order_id, id AS event_id, came_from, from_state, to_state FROM (
        SELECT *, lag(to_state) OVER (PARTITION BY order_id ORDER BY id) AS came_from FROM order_events WHERE kind = 'state') e
      WHERE from_state IS DISTINCT FROM came_from
        OR from_state IS NOT NULL AND (from_state, to_state) NOT IN (('pending', 'paid'), ('pending', 'canceled'), ('paid', 'refunded'))
        OR (from_state IS NULL AND to_state <> 'pending')`,
  },
  {
    number: 10,
    rule: 'an order is refunded when refunds that succeeded make its whole, and not before',
    sql: `SELECT o.id, o.state, o.total_amount, COALESCE(r.back, 0) AS back, COALESCE(r.once_back, 0) AS once_back FROM orders o
      LEFT JOIN (SELECT order_id, sum(amount) FILTER (WHERE state = 'succeeded') AS back,
                   sum(amount) FILTER (WHERE succeeded_at IS NOT NULL) AS once_back
                 FROM refunds WHERE kind <> 'late' GROUP BY order_id) r ON r.order_id = o.id
      WHERE (o.state = 'paid' AND r.back >= o.total_amount) OR (o.state = 'refunded' AND COALESCE(r.once_back, 0) < o.total_amount)`,
  },
  {
    number: 11,
    rule: "an order's total is the sum of its lines less its coupons, and the shipping, and its tax that of its rates",
    sql: `SELECT o.id, o.items_amount, o.discount_amount, o.shipping_amount, o.total_amount, o.tax_amount, l.amount AS lines_amount,
        t.amount AS taxes_amount, c.amount AS coupons_amount
      FROM orders o
      LEFT JOIN (SELECT order_id, sum(unit_amount * quantity) AS amount FROM order_lines GROUP BY order_id) l ON l.order_id = o.id
      LEFT JOIN (SELECT order_id, sum(tax_amount) AS amount, sum(taxable_amount) AS taxable FROM order_taxes GROUP BY order_id) t
        ON t.order_id = o.id
      LEFT JOIN (SELECT order_id, sum(amount) AS amount FROM coupon_uses GROUP BY order_id) c ON c.order_id = o.id
      WHERE o.items_amount <> COALESCE(l.amount, 0) OR o.discount_amount <> COALESCE(c.amount, 0)
        OR o.total_amount <> o.items_amount - o.discount_amount + o.shipping_amount
             + CASE WHEN o.prices_include_tax THEN 0 ELSE o.tax_amount END
        OR o.tax_amount <> COALESCE(t.amount, 0) OR COALESCE(t.taxable, 0) <> o.items_amount - o.discount_amount + o.shipping_amount
        OR o.tax_amount < 0 OR o.tax_amount > o.total_amount OR o.shipping_amount < 0`,
  },
  {
    number: 11,
    rule: 'no line costs more than without its deal, and what is refunded is the sum of the refunds',
    sql: `SELECT l.order_id AS id, 'line ' || l.position AS what, l.unit_amount AS is, l.list_amount AS at_most FROM order_lines l
      WHERE l.unit_amount > l.list_amount OR (l.deal_id IS NULL AND l.unit_amount <> l.list_amount)
      UNION ALL
      SELECT o.id, 'refunded', o.refunded_amount, COALESCE(r.amount, 0) FROM orders o
      LEFT JOIN (SELECT order_id, sum(amount) AS amount FROM refunds WHERE kind <> 'late' AND failure IS NULL GROUP BY order_id) r
        ON r.order_id = o.id
      WHERE o.refunded_amount <> COALESCE(r.amount, 0)`,
  },
  {
    number: 12,
    rule: 'every event of Stripe is processed',
    sql: `SELECT id, type, payment_intent_id, received_at FROM stripe_events
      WHERE processed_at IS NULL AND received_at < now() - ${GRACE}`,
    whileRunning: true,
  },
  {
    number: 13,
    rule: 'an order is in the state of its last event, and says since when it is paid',
    sql: `SELECT o.id, o.state, e.to_state, o.paid_at FROM orders o
      LEFT JOIN LATERAL (SELECT to_state FROM order_events WHERE order_id = o.id AND kind = 'state' ORDER BY id DESC LIMIT 1) e ON true
      LEFT JOIN order_events p ON p.order_id = o.id AND p.to_state = 'paid'
      WHERE e.to_state IS DISTINCT FROM o.state OR (p.id IS NULL) <> (o.paid_at IS NULL)`,
  },
  {
    number: 13,
    rule: 'every pending order is to be looked after',
    sql: `SELECT id, placed_at FROM orders WHERE state = 'pending' AND look_at IS NULL`,
  },
  {
    number: 13,
    rule: 'every pending order is looked after in time',
    sql: `SELECT id, placed_at, look_at FROM orders WHERE state = 'pending' AND look_at < engawa_now() - ${GRACE}`,
    whileRunning: true,
  },
  {
    number: 13,
    rule: 'every refund that was decided has reached Stripe',
    sql: `SELECT id, order_id, amount, reason, created_at FROM refunds
      WHERE settled_at IS NULL AND created_at < engawa_now() - ${GRACE}`,
    whileRunning: true,
  },
  {
    number: 13,
    rule: 'every refund and everything put back has its row in the history of its order',
    sql: `SELECT r.id, r.order_id, r.kind, r.amount FROM refunds r
      WHERE NOT EXISTS (SELECT FROM order_events e WHERE e.order_id = r.order_id AND e.kind = 'refund'
                        AND (r.kind = 'late' OR e.details ->> 'refundId' = r.id::text))
      UNION ALL
      SELECT NULL, l.order_id, 'restock', l.restocked FROM order_lines l
      WHERE l.restocked > 0 AND NOT EXISTS (SELECT FROM order_events e WHERE e.order_id = l.order_id AND e.kind = 'restock')`,
  },
  {
    number: 14,
    rule: 'every paid order is in the interaction log',
    sql: `SELECT o.id, o.show_id, o.paid_at FROM orders o
      WHERE o.state IN ('paid', 'refunded') AND o.paid_at < engawa_now() - ${GRACE}
        AND NOT EXISTS (SELECT FROM interactions i WHERE ${inLog})`,
    whileRunning: true,
  },
  {
    number: 14,
    rule: 'orders in the interaction log say what the orders say',
    sql: `SELECT i.id, i.show_id, i.subject_id, i.quantity, i.amount, o.id AS order_id, o.state FROM interactions i
      LEFT JOIN orders o ON ${inLog}
      WHERE i.name = 'Order Completed' AND i.source = 'ledger' AND (o.id IS NULL OR o.state NOT IN ('paid', 'refunded')
        OR (i.brand_id, i.show_id, i.subject_id, i.order_id, i.amount, i.occurred_at)
          IS DISTINCT FROM (o.brand_id, o.show_id, o.viewer_id, o.id, o.total_amount, o.paid_at)
        OR i.quantity <> (SELECT sum(l.quantity) FROM order_lines l WHERE l.order_id = o.id))`,
  },
  {
    number: 14,
    rule: 'revenue by person, by show and by product is that of the orders and their refunds',
    sql: `WITH ledger AS (
        SELECT o.id, o.brand_id, o.show_id, o.total_amount AS gmv, o.total_amount - COALESCE(r.amount, 0) AS net FROM orders o
        LEFT JOIN (SELECT order_id, sum(amount) AS amount FROM refunds WHERE kind <> 'late' AND failure IS NULL GROUP BY order_id) r ON r.order_id = o.id
        WHERE EXISTS (SELECT FROM order_events e WHERE e.order_id = o.id AND e.to_state = 'paid')
      ), counted AS (
        SELECT 'person' AS by, brand_id AS id, sum(gmv) AS gmv, sum(net) AS net FROM (
          SELECT brand_id, person_id, sum(gmv_amount) AS gmv, sum(net_amount) AS net FROM paid_orders GROUP BY 1, 2) person GROUP BY 2
        UNION ALL SELECT 'show', show_id, sum(gmv_amount), sum(net_amount) FROM paid_orders GROUP BY 2
        UNION ALL SELECT 'product', order_id, sum(gmv_amount), sum(net_amount) FROM paid_lines GROUP BY 2
      ), expected AS (
        SELECT 'person' AS by, brand_id AS id, sum(gmv) AS gmv, sum(net) AS net FROM ledger GROUP BY 2
        UNION ALL SELECT 'show', show_id, sum(gmv), sum(net) FROM ledger GROUP BY 2
        UNION ALL SELECT 'product', id, gmv, net FROM ledger
      )
      SELECT by, id, e.gmv, e.net, c.gmv AS counted_gmv, c.net AS counted_net FROM expected e FULL JOIN counted c USING (by, id)
      WHERE (e.gmv, e.net) IS DISTINCT FROM (c.gmv, c.net)`,
  },
];
