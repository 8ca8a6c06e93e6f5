/**
 * What an order does to its holds and their stock, as parts of the statement that does the same to the order: together they are one
 * round trip and one commit, and the level of a hot variant is locked no longer than that.
 */

/**
 * Gives holds to an order, all or none: `attached` has a row for each of them, or none. Nothing is given when one is over, another viewer's or
 * an order's already, or has changed since it was priced.
 * @param by the SQL of: the holds and their revisions, as two arrays, or as two values for one; the viewer; the order
 */
export const attaching = (by: { holds: string; revisions: string; one: boolean; viewer: string; order: string }) => `
  locked AS MATERIALIZED ( -- in id order, so that two presses for the same goods wait for each other only one way
    SELECT id, viewer_id, state, revision, expires_at FROM holds WHERE id ${among(by)} ORDER BY id FOR UPDATE
  ), agreed AS (
    SELECT 1 FROM locked l ${by.one ? '' : `JOIN unnest(${by.holds}::uuid[], ${by.revisions}::int[]) AS w (id, revision) USING (id, revision)`}
    WHERE l.viewer_id = ${by.viewer} AND l.state = 'active' AND l.expires_at > engawa_now() ${by.one ? `AND l.revision = ${by.revisions}` : ''}
    HAVING count(*) = ${by.one ? '1' : `cardinality(${by.holds}::uuid[])`}
  ), attached AS (
    UPDATE holds SET state = 'attached', order_id = ${by.order} WHERE id ${among(by)} AND EXISTS (SELECT FROM agreed) RETURNING id
  )`;

/** Of one, PostgreSQL knows how many rows to expect, and keeps its plan. */
const among = ({ holds, one }: { holds: string; one: boolean }) => (one ? `= ${holds}` : `= ANY(${holds}::uuid[])`);

/**
 * What is held for an order is sold. The caller has locked the order.
 * @param order SQL of the order's id, null when nothing is to be done
 */
export const selling = (order: string) => `
  sold AS (
    UPDATE holds SET state = 'sold' WHERE order_id = ${order} AND state = 'attached' RETURNING id, variant_id, quantity
  ), gone AS (
    SELECT variant_id, sum(quantity)::int AS quantity FROM sold GROUP BY variant_id
  ), levels AS MATERIALIZED ( -- in the order of their variants, as everyone locks levels
    SELECT l.variant_id FROM stock_levels l JOIN gone USING (variant_id) ORDER BY l.variant_id FOR UPDATE OF l
  ), lowered AS (
    UPDATE stock_levels l SET on_hand = l.on_hand - gone.quantity, reserved = l.reserved - gone.quantity
    FROM levels JOIN gone USING (variant_id) WHERE l.variant_id = levels.variant_id
  ), moved AS (
    INSERT INTO stock_movements (variant_id, kind, on_hand_delta, reserved_delta, reference)
    SELECT variant_id, 'sell', -quantity, -quantity, ${order} || ':' || id FROM sold
  )`;
