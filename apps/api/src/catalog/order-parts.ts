/**
 * What orders do to their holds and their stock, as parts of the statement that does the same to the orders: together they are one
 * round trip and one commit, and the level of a hot variant is locked no longer than that.
 */

/**
 * Gives each order its holds, all or none: `agreed` has the orders that have got theirs. Nothing is given when one of an order's is over, another viewer's or
 * an order's already, or has changed since it was priced. Two orders must not mean the same hold.
 * @param wishes SQL of rows (order_id, viewer_id, hold_id, revision)
 */
export const attaching = (wishes: string) => `
  wish AS MATERIALIZED (SELECT * FROM ${wishes} AS w (order_id, viewer_id, hold_id, revision)
  ), locked AS MATERIALIZED ( -- in id order, so that two presses for the same goods wait for each other only one way
    SELECT id, viewer_id, state, revision, expires_at FROM holds WHERE id IN (SELECT hold_id FROM wish) ORDER BY id FOR UPDATE
  ), agreed AS MATERIALIZED (
    SELECT w.order_id AS id FROM wish w
    LEFT JOIN locked l ON l.id = w.hold_id AND l.revision = w.revision AND l.viewer_id = w.viewer_id AND l.state = 'active' AND l.expires_at > engawa_now()
    GROUP BY w.order_id HAVING count(*) = count(l.id)
  ), attached AS (
    UPDATE holds SET state = 'attached', order_id = w.order_id FROM wish w JOIN agreed ON agreed.id = w.order_id WHERE holds.id = w.hold_id
  )`;

/**
 * What is held for orders is sold: `sold` has their holds. The caller has locked the orders. Every row is found by its key, whatever the planner expects:
 * the indexes of what is open look small to it before a drop, and are not in its midst.
 * @param orders SQL of rows (id)
 */
export const selling = (orders: string) => `
  sold AS (
    UPDATE holds h SET state = 'sold' FROM ${orders} AS o JOIN order_lines line ON line.order_id = o.id
    WHERE h.id = line.hold_id AND h.order_id = o.id AND h.state = 'attached' RETURNING h.id, h.order_id, h.offer_id, h.variant_id, h.quantity
  ), gone AS (
    SELECT variant_id, sum(quantity)::int AS quantity FROM sold GROUP BY variant_id
  ), levels AS MATERIALIZED ( -- in the order of their variants, as everyone locks levels
    SELECT l.variant_id FROM stock_levels l JOIN gone USING (variant_id) ORDER BY l.variant_id FOR UPDATE OF l
  ), lowered AS (
    UPDATE stock_levels l SET on_hand = l.on_hand - gone.quantity, reserved = l.reserved - gone.quantity
    FROM levels JOIN gone USING (variant_id) WHERE l.variant_id = levels.variant_id
  ), offered AS MATERIALIZED ( -- after all the levels, in their own order; new holds may refer to them meanwhile
    SELECT f.id, s.quantity FROM offers f JOIN (SELECT offer_id AS id, sum(quantity)::int AS quantity FROM sold GROUP BY offer_id) s USING (id)
    WHERE (SELECT count(*) FROM levels) > 0 ORDER BY f.id FOR NO KEY UPDATE OF f
  ), counted AS (
    UPDATE offers f SET sold = f.sold + offered.quantity FROM offered WHERE f.id = offered.id
  ), moved AS (
    INSERT INTO stock_movements (variant_id, kind, on_hand_delta, reserved_delta, reference)
    SELECT variant_id, 'sell', -quantity, -quantity, order_id || ':' || id FROM sold
  )`;
