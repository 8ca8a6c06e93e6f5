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

/** Keys as the collector makes them: see engagement/interaction-log.ts. */
const orderMessageKey = `sha256(convert_to(o.brand_id || ':order:' || o.id, 'UTF8'))`;

/** A job that will still be run for an order. */
const reconciled = `EXISTS (SELECT FROM graphile_worker.jobs j WHERE j.key = 'reconcile:' || o.id AND j.attempts < j.max_attempts)`;

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
    number: 3,
    rule: 'reserved = sum of open holds',
    sql: `SELECT l.variant_id, l.reserved, COALESCE(h.held, 0) AS held
      FROM stock_levels l
      LEFT JOIN (SELECT variant_id, sum(quantity) AS held FROM holds WHERE state IN ('active', 'attached') GROUP BY variant_id) h
        USING (variant_id)
      WHERE l.reserved <> COALESCE(h.held, 0)`,
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
      FROM orders o JOIN refunds r ON r.order_id = o.id AND r.reason NOT LIKE 'late payment %'
      GROUP BY o.id HAVING sum(r.amount) > CASE WHEN o.state IN ('paid', 'refunded') THEN o.total_amount ELSE 0 END
      UNION ALL
      SELECT m.variant_id, 'restock', sum(m.on_hand_delta), COALESCE(max(s.sold), 0)
      FROM stock_movements m LEFT JOIN (${soldByVariant}) s USING (variant_id)
      WHERE m.kind = 'restock' GROUP BY m.variant_id HAVING sum(m.on_hand_delta) > COALESCE(max(s.sold), 0)`,
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
      WHERE h.state = 'attached' AND h.expires_at < engawa_now() - ${GRACE} AND NOT ${reconciled}`,
  },
  {
    number: 10,
    rule: 'no order leaves a state that is final, and none skips a state',
    sql: `SELECT order_id, id AS event_id, came_from, from_state, to_state FROM (
        SELECT *, lag(to_state) OVER (PARTITION BY order_id ORDER BY id) AS came_from FROM order_events) e
      WHERE from_state IS DISTINCT FROM came_from
        OR from_state IS NOT NULL AND (from_state, to_state) NOT IN (('pending', 'paid'), ('pending', 'canceled'), ('paid', 'refunded'))
        OR (from_state IS NULL AND to_state <> 'pending')`,
  },
  {
    number: 11,
    rule: "an order's total is the sum of its lines and the shipping, and contains its tax",
    sql: `SELECT o.id, o.items_amount, o.shipping_amount, o.total_amount, o.tax_amount, l.amount AS lines_amount
      FROM orders o LEFT JOIN (SELECT order_id, sum(unit_amount * quantity) AS amount FROM order_lines GROUP BY order_id) l
        ON l.order_id = o.id
      WHERE o.items_amount <> COALESCE(l.amount, 0) OR o.total_amount <> o.items_amount + o.shipping_amount
        OR o.tax_amount < 0 OR o.tax_amount > o.total_amount OR o.shipping_amount < 0`,
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
      LEFT JOIN LATERAL (SELECT to_state FROM order_events WHERE order_id = o.id ORDER BY id DESC LIMIT 1) e ON true
      LEFT JOIN order_events p ON p.order_id = o.id AND p.to_state = 'paid'
      WHERE e.to_state IS DISTINCT FROM o.state OR (p.id IS NULL) <> (o.paid_at IS NULL)`,
  },
  {
    number: 13,
    rule: 'every pending order has a job that looks after it',
    sql: `SELECT o.id, o.placed_at FROM orders o WHERE o.state = 'pending' AND NOT ${reconciled}`,
  },
  {
    number: 13,
    rule: 'every refund that was decided has reached Stripe',
    sql: `SELECT id, order_id, amount, reason, created_at FROM refunds
      WHERE settled_at IS NULL AND created_at < engawa_now() - ${GRACE}`,
    whileRunning: true,
  },
  {
    number: 14,
    rule: 'every paid order is in the interaction log',
    sql: `SELECT o.id, o.show_id, o.paid_at FROM orders o
      WHERE o.state IN ('paid', 'refunded') AND o.paid_at < engawa_now() - ${GRACE}
        AND NOT EXISTS (SELECT FROM interactions i WHERE i.message_key = ${orderMessageKey})`,
    whileRunning: true,
  },
  {
    number: 14,
    rule: 'orders in the interaction log say what the orders say',
    sql: `SELECT i.id, i.show_id, i.viewer_id, i.product_id, i.quantity, o.id AS order_id, o.state FROM interactions i
      LEFT JOIN orders o ON i.message_key = ${orderMessageKey}
      LEFT JOIN order_lines l ON l.order_id = o.id AND l.position = 1
      WHERE i.name = 'Order Completed' AND (o.id IS NULL OR o.state NOT IN ('paid', 'refunded')
        OR (i.brand_id, i.show_id, i.viewer_id, i.product_id, i.quantity, i.occurred_at)
          IS DISTINCT FROM (o.brand_id, o.show_id, o.viewer_id, l.product_id, l.quantity, o.paid_at))`,
  },
];
