import type { PaymentIntent, StripeClient, StripeClients } from './checkout/index.ts';
import type { Queryable } from './database/index.ts';
import { givenBackBy, refundRows, unknownAtStripe, unknownHere, type RefundBooks } from './stripe-refund-invariants.ts';

/** A rule that compares our ledger with Stripe's books. */
interface StripeInvariant {
  number: number;
  rule: string;
  violations: (books: Books) => object[];
}

interface OrderRow {
  id: string;
  state: string;
  currency: string;
  total_amount: string;
  payment_intent_id: string | null;
  /** The account at Stripe that it was made by; null for the installation's. */
  stripe_account_id: string | null;
  /** Its hold lasts, or ended a moment ago: what Stripe says may still be on its way to us. */
  settling: boolean;
  refunded_intents: string[];
}

interface Books {
  /** Orders as they were before Stripe was asked. What is paid here must be paid there. */
  before: OrderRow[];
  intents: PaymentIntent[];
  /** Orders as they are after Stripe was asked, by id. What is paid there must be known here. */
  after: Map<string, OrderRow>;
  back: RefundBooks;
  /** Accounts whose books could not be read. Nothing is said of their orders. */
  unread: { account: string; reason: string }[];
}

/** Reads both sides, and at Stripe every account that took money for us. Engawa may be running meanwhile, so that our side is read twice. */
export async function openBooks(queryable: Queryable, stripes: StripeClients): Promise<Books> {
  const before = await orders(queryable);
  const refundsBefore = await refundRows(queryable);
  const read = new Map<string | null, AccountBooks>();
  const unread = new Map<string | null, string>();
  for (const stripe of await stripes.all()) {
    try {
      read.set(stripe.accountId, await accountBooks(stripe));
    } catch (error) {
      unread.set(stripe.accountId, error instanceof Error ? error.message : String(error));
    }
  }
  const refundsAfter = await refundRows(queryable);
  const ordersAfter = await orders(queryable);
  for (const { stripe_account_id: account } of ordersAfter) {
    if (!read.has(account) && !unread.has(account)) unread.set(account, 'its keys cannot be read');
  }
  const judged = (order: OrderRow) => read.has(order.stripe_account_id);
  const after = new Map(ordersAfter.map((order) => [order.id, order]));
  // Whoever has an account can write the number of another account's order into it. That is their own affair.
  const intents = [...read].flatMap(([account, books]) =>
    books.intents.filter((intent) => {
      const order = after.get(orderIdOf(intent));
      return !order || order.stripe_account_id === account;
    }),
  );
  const ofJudged = ({ order_id: id }: { order_id: string }) => read.has(after.get(id)?.stripe_account_id ?? null);
  return {
    before: before.filter(judged),
    intents,
    after,
    back: {
      before: refundsBefore.filter(ofJudged),
      refunds: [...read.values()].flatMap(({ refunds }) => refunds),
      disputes: [...read.values()].flatMap(({ disputes }) => disputes),
      after: refundsAfter,
    },
    unread: [...unread].map(([account, reason]) => ({ account: account ?? 'installation', reason })),
  };
}

type AccountBooks = Pick<RefundBooks, 'refunds' | 'disputes'> & { intents: PaymentIntent[] };

/** @throws when Stripe does not answer, or does not know the keys any more */
async function accountBooks(stripe: StripeClient): Promise<AccountBooks> {
  const intents: PaymentIntent[] = [];
  for await (const intent of stripe.ours(new Date(0))) intents.push(intent);
  return { intents, ...(await givenBackBy(stripe)) };
}

async function orders(queryable: Queryable): Promise<OrderRow[]> {
  const { rows } = await queryable.sql<OrderRow>(
    `SELECT o.id, o.state, o.currency, o.total_amount, o.payment_intent_id, o.stripe_account_id,
            (o.state = 'pending' AND EXISTS (SELECT FROM holds h WHERE h.order_id = o.id
              AND h.expires_at > engawa_now() - interval '2 minutes')) AS settling,
            ARRAY(SELECT payment_intent_id FROM refunds r WHERE r.order_id = o.id AND r.kind = 'late' GROUP BY payment_intent_id
                  HAVING sum(amount) FILTER (WHERE failure IS NULL) >= max(amount) FILTER (WHERE key IS NULL)) AS refunded_intents
     FROM orders o`,
  );
  return rows;
}

const isPaid = ({ state }: OrderRow) => state === 'paid' || state === 'refunded';
const isGivenBack = (order: OrderRow | undefined, intent: PaymentIntent) => order?.refunded_intents.includes(intent.id);
const orderIdOf = (intent: PaymentIntent) => intent.metadata.order_id ?? '';
const moneyOf = ({ total_amount, currency }: OrderRow) => `${total_amount} ${currency}`;
const amountOf = ({ amount, currency }: PaymentIntent) => `${amount} ${currency.toUpperCase()}`;

export const stripeInvariants: readonly StripeInvariant[] = [
  {
    number: 5,
    rule: 'of all that Stripe took for an order, one payment is not given back',
    violations: ({ intents, after }) => {
      const kept = intents.filter(
        (intent) => intent.status === 'succeeded' && !isGivenBack(after.get(orderIdOf(intent)), intent),
      );
      const byOrder = Map.groupBy(kept, orderIdOf);
      return [...byOrder]
        .filter(([, payments]) => payments.length > 1)
        .map(([order, payments]) => ({ order, payment_intents: payments.map(({ id }) => id).join(' ') }));
    },
  },
  {
    number: 6,
    rule: 'every payment that succeeded has its paid order, or is given back with a reason',
    violations: ({ intents, after }) =>
      intents
        .filter((intent) => intent.status === 'succeeded')
        .map((intent) => ({ intent, order: after.get(orderIdOf(intent)) }))
        .filter(({ intent, order }) => {
          if (!order) return true;
          return !(
            order.settling ||
            isGivenBack(order, intent) ||
            (isPaid(order) && order.payment_intent_id === intent.id)
          );
        })
        .map(({ intent, order }) => ({
          payment_intent: intent.id,
          amount: amountOf(intent),
          order: orderIdOf(intent),
          state: order?.state ?? 'unknown here',
        })),
  },
  {
    number: 7,
    rule: 'every paid order has its payment, of the same amount and currency',
    violations: ({ before, intents }) => {
      const byId = new Map(intents.map((intent) => [intent.id, intent]));
      return before
        .filter(isPaid)
        .map((order) => ({ order, intent: byId.get(order.payment_intent_id ?? '') }))
        .filter(
          ({ order, intent }) =>
            intent?.status !== 'succeeded' ||
            intent.amount_received !== Number(order.total_amount) ||
            amountOf(intent) !== moneyOf(order),
        )
        .map(({ order, intent }) => ({
          order: order.id,
          total: moneyOf(order),
          payment_intent: order.payment_intent_id,
          at_stripe: intent ? `${intent.status} ${amountOf(intent)}` : 'unknown',
        }));
    },
  },
  {
    number: 8,
    rule: 'what is given back here is given back at Stripe, of the same amount',
    violations: ({ back }) => unknownAtStripe(back),
  },
  {
    number: 8,
    rule: 'what Stripe gave back of a payment, or a lost dispute took, is a refund here',
    violations: ({ back, intents }) => unknownHere(back, new Set(intents.map(({ id }) => id))),
  },
  {
    number: 11,
    rule: "an order's total is the amount of its PaymentIntent",
    violations: ({ intents, after }) =>
      intents
        .map((intent) => ({ intent, order: after.get(orderIdOf(intent)) }))
        .filter(({ intent, order }) => order && amountOf(intent) !== moneyOf(order))
        .map(({ intent, order }) => ({
          order: order?.id,
          total: order && moneyOf(order),
          payment_intent: intent.id,
          amount: amountOf(intent),
        })),
  },
];
