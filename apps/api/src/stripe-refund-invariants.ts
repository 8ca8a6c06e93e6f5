import type { StripeClient, StripeDispute, StripeRefund } from './checkout/index.ts';
import type { Queryable } from './database/index.ts';

interface RefundRow {
  id: string;
  order_id: string;
  payment_intent_id: string;
  kind: string;
  state: string;
  amount: string;
  stripe_refund_id: string | null;
  /** Given back without Stripe, which therefore knows nothing of it. */
  outside: boolean;
}

/** Money that went back, by our ledger and by Stripe's books. */
export interface RefundBooks {
  before: RefundRow[];
  refunds: StripeRefund[];
  disputes: StripeDispute[];
  after: RefundRow[];
}

/** What was still given back, or on its way, when it was read. */
export async function refundRows(queryable: Queryable): Promise<RefundRow[]> {
  const { rows } = await queryable.sql<RefundRow>(
    `SELECT id, order_id, payment_intent_id, kind, state, amount, stripe_refund_id, outside FROM refunds WHERE failure IS NULL`,
  );
  return rows;
}

export async function givenBackBy(stripe: StripeClient): Promise<Pick<RefundBooks, 'refunds' | 'disputes'>> {
  const refunds = await stripe.refundsSince(new Date(0));
  const disputes = await stripe.disputesSince(new Date(0));
  return {
    refunds: refunds.filter(({ status }) => status !== 'failed' && status !== 'canceled'),
    disputes: disputes.filter(({ status }) => status === 'lost'),
  };
}

const intentOf = ({ payment_intent: intent }: StripeRefund | StripeDispute) =>
  typeof intent === 'string' ? intent : (intent?.id ?? '');

/** What our ledger gave back, and still does, without Stripe's having done so, or of another amount. */
export function unknownAtStripe({ before, after, refunds, disputes }: RefundBooks): object[] {
  const atStripe = new Map([...refunds, ...disputes].map((one) => [one.id, one]));
  const standing = new Set(after.map(({ id }) => id));
  return before
    .filter(({ id, state, outside }) => state !== 'requested' && !outside && standing.has(id))
    .map((row) => ({ row, there: atStripe.get(row.stripe_refund_id ?? '') }))
    .filter(({ row, there }) => {
      // Of a lost dispute only what had not gone back before is given back by it.
      if (row.kind === 'dispute') return !there || Number(row.amount) > there.amount;
      return there?.amount !== Number(row.amount);
    })
    .map(({ row, there }) => ({
      order: row.order_id,
      refund: row.id,
      amount: row.amount,
      at_stripe: there ? `${there.id} ${there.amount}` : 'unknown',
    }));
}

/** What Stripe gave back of our payments, or the buyer's bank took, without our ledger's knowing. */
export function unknownHere({ after, refunds, disputes }: RefundBooks, ourIntents: ReadonlySet<string>): object[] {
  const ofIntent = Map.groupBy(after, (row) => row.payment_intent_id);
  const ids = new Set(after.flatMap(({ id, stripe_refund_id: theirs }) => (theirs ? [id, theirs] : [id])));
  const backOf = (intent: string) => (ofIntent.get(intent) ?? []).reduce((sum, { amount }) => sum + Number(amount), 0);
  const isLate = (intent: string) => ofIntent.get(intent)?.some(({ kind }) => kind === 'late');
  return [
    ...refunds.filter((one) => !ids.has(one.id) && !ids.has(one.metadata?.refund_id ?? '') && !isLate(intentOf(one))),
    ...disputes.filter((one) => !ids.has(one.id) && !isLate(intentOf(one)) && backOf(intentOf(one)) < one.amount),
  ]
    .filter((one) => ourIntents.has(intentOf(one)))
    .map((one) => ({ payment_intent: intentOf(one), at_stripe: one.id, amount: one.amount }));
}
