import Stripe from 'stripe';
import type { Stage } from './stage.ts';

export interface HoldRow {
  id: string;
  viewer_id: string;
  variant_id: string;
  offer_id: string;
  quantity: number;
  state: string;
}

export interface OrderRow {
  id: string;
  viewer_id: string;
  state: string;
  cancel_reason: string | null;
  total_amount: number;
  refunded_amount: number;
  /** In order. */
  lines: { sku: string; quantity: number; dealId: string | null; restocked: number }[];
  coupons: string[];
}

/** What Stripe has of one order. */
export interface Books {
  charged: number;
  refunded: number;
  amounts: number[];
  /** Ids that our refund records would have, by Stripe's metadata. */
  refunds: { id: string; amount: number }[];
}

/** The truth after a run, for all viewers who took part and all payments made meanwhile: our tables, and Stripe's books read by the SDK. */
export interface Ledger {
  holds: Map<string, HoldRow>;
  orders: Map<string, OrderRow>;
  /** Settled refunds of ours by Stripe's id. */
  refunds: Map<string, number>;
  books: Map<string, Books>;
  /** What is on the shelf, by SKU. */
  onHand: Map<string, number>;
}

export async function readLedger(stage: Stage, viewerIds: string[], skus: string[], since: Date): Promise<Ledger> {
  const books = await readBooks(stage.shop.stripeUrl, since);
  const holds = await stage.sql<HoldRow>(
    `SELECT id, viewer_id, variant_id, offer_id, quantity, state FROM holds WHERE viewer_id = ANY($1)`,
    [viewerIds],
  );
  const orders = await stage.sql<OrderRow>(
    `SELECT o.id, o.viewer_id, o.state, o.cancel_reason, o.total_amount::float8, o.refunded_amount::float8,
       (SELECT json_agg(json_build_object('sku', l.sku, 'quantity', l.quantity, 'dealId', l.deal_id, 'restocked', l.restocked) ORDER BY l.position)
        FROM order_lines l WHERE l.order_id = o.id) AS lines,
       ARRAY(SELECT code FROM coupon_uses u WHERE u.order_id = o.id) AS coupons
     FROM orders o WHERE o.viewer_id = ANY($1) OR o.id::text = ANY($2)`,
    [viewerIds, [...books.keys()]],
  );
  const refunds = await stage.sql<{ stripe_refund_id: string; amount: number }>(
    `SELECT stripe_refund_id, amount::float8 FROM refunds r JOIN orders o ON o.id = r.order_id
     WHERE (o.viewer_id = ANY($1) OR o.id::text = ANY($2)) AND stripe_refund_id IS NOT NULL`,
    [viewerIds, [...books.keys()]],
  );
  const levels = await stage.sql<{ sku: string; on_hand: number }>(
    `SELECT v.sku, l.on_hand FROM stock_levels l JOIN variants v ON v.id = l.variant_id WHERE v.sku = ANY($1)`,
    [skus],
  );
  return {
    onHand: new Map(levels.map((level) => [level.sku, level.on_hand])),
    holds: new Map(holds.map((hold) => [hold.id, hold])),
    orders: new Map(orders.map((order) => [order.id, order])),
    refunds: new Map(refunds.map((refund) => [refund.stripe_refund_id, refund.amount])),
    books,
  };
}

async function readBooks(stripeUrl: string, since: Date): Promise<Map<string, Books>> {
  const { hostname, port } = new URL(stripeUrl);
  const stripe = new Stripe('sk_test_sandbox', { host: hostname, port, protocol: 'http' });
  const created = { gte: Math.floor(since.getTime() / 1000) - 1 };
  const books = new Map<string, Books>();
  const orderOf = new Map<string, string>();
  for await (const intent of stripe.paymentIntents.list({ created, limit: 100 })) {
    const orderId = intent.metadata.order_id ?? '';
    orderOf.set(intent.id, orderId);
    const book = books.get(orderId) ?? { charged: 0, refunded: 0, amounts: [], refunds: [] };
    books.set(orderId, book);
    book.amounts.push(intent.amount);
    if (intent.status === 'succeeded') book.charged += intent.amount_received;
  }
  for await (const refund of stripe.refunds.list({ created, limit: 100 })) {
    if (refund.status === 'failed' || refund.status === 'canceled') continue;
    const book = books.get(orderOf.get(String(refund.payment_intent)) ?? '');
    if (!book) continue;
    book.refunded += refund.amount;
    book.refunds.push({ id: refund.id, amount: refund.amount });
  }
  return books;
}
