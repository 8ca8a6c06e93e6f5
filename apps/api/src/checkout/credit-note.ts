import type { CreditNote, OrderRefund, StaffOrder } from '#contracts/orders';
import type { SellingTerms } from '../accounts/index.ts';
import { returnedTaxes } from './totals.ts';

/** What a credit note takes from its refund. */
export interface NotedRefund extends Pick<OrderRefund, 'kind' | 'state' | 'amount'> {
  /** Which of the order's refunds it is, from 1. None is ever taken away. */
  place: number;
  givenBackAt: Date | null;
  taxRounding: SellingTerms['taxRounding'];
  /** The order was paid. */
  isSale: boolean;
  goods: CreditNote['goods'];
}

/**
 * The credit note of a refund of a sale that Stripe has taken on, or that was given back otherwise. There is none of money that came for an order
 * that was over, and none of what a buyer's bank took.
 */
export function creditNoteOf(
  refund: NotedRefund,
  { number, totals }: Pick<StaffOrder, 'number' | 'totals'>,
): CreditNote | null {
  const { kind, state, givenBackAt } = refund;
  const isGivenBack = state === 'succeeded' || state === 'pending' || state === 'requires_action';
  const isReturn = refund.isSale && (kind === 'staff' || kind === 'stripe');
  if (!isGivenBack || !isReturn || !givenBackAt) return null;
  return {
    number: `${number}-R${refund.place}`,
    givenBackAt: givenBackAt.toISOString(),
    taxes: returnedTaxes(totals, refund.taxRounding, refund.amount),
    goods: refund.goods.map(({ position, quantity }) => ({ position, quantity })),
  };
}
