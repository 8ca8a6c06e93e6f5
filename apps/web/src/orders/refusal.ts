import { ApiError } from '../api.ts';
import { money } from '../i18n.ts';
import type { StaffOrder } from '#contracts/orders';
import type { OrderWords } from './order-words.ts';

/** What to tell staff of a deed that was refused. */
export function refusalWords(t: OrderWords, error: unknown, order: StaffOrder): string {
  if (!(error instanceof ApiError)) throw error;
  switch (error.code) {
    case 'refund_too_large':
      return t.e_refund_too_large(money(Number(error.details.left ?? 0), order.currency));
    case 'disputed':
    case 'restock_too_many':
    case 'order_transition':
    case 'payment_unavailable':
    case 'unavailable':
    case 'forbidden':
      return t[`e_${error.code}`];
    default:
      return t.e_other;
  }
}
