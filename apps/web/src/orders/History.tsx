import { DisputeState, RefundState, type OrderHistoryEntry, type StaffOrder } from '#contracts/orders';
import { formatDateTime, money } from '../i18n.ts';
import { useSession } from '../staff/session.ts';
import { useOrderWords, type OrderWords } from './order-words.ts';
import { failureWords, useRefundWords, type RefundWords } from './refund-words.ts';
import { refundStateWord } from './Refunds.tsx';
import css from './StaffOrderPage.module.css';

/** Everything that happened to the order, oldest first. */
export function History({ order }: { order: StaffOrder }) {
  const t = useOrderWords();
  const words = useRefundWords();
  const { brand } = useSession();
  return (
    <ol className={css.history}>
      {order.history.map((entry) => (
        <li key={entry.id}>
          <span>{sentence(entry, order, { t, words }, (time) => formatDateTime(time, brand.timeZone))}</span>
          <span className={css.when}>
            {entry.by !== null && <span>{t.by(entry.by)}</span>}
            <time dateTime={entry.at}>{formatDateTime(entry.at, brand.timeZone)}</time>
          </span>
        </li>
      ))}
    </ol>
  );
}

function sentence(
  entry: OrderHistoryEntry,
  order: StaffOrder,
  { t, words }: { t: OrderWords; words: RefundWords },
  when: (time: string) => string,
): string {
  const details = entry.details ?? {};
  const text = (name: string) => (typeof details[name] === 'string' ? details[name] : '');
  switch (entry.kind) {
    case 'state':
      return stateSentence(entry, order, t);
    case 'refund': {
      const why = text('failure') ? failureWords(words, text('failureCode') || null) : text('reason');
      const word = refundWord(entry.reason, t, words);
      const what = t.refundEvent(money(Number(details.amount ?? 0), order.currency), word);
      return why ? t.because(what, why) : what;
    }
    case 'restock': {
      const lines = Array.isArray(details.lines) ? (details.lines as { quantity: number }[]) : [];
      return t.restockEvent(lines.reduce((sum, { quantity }) => sum + quantity, 0));
    }
    case 'shipped':
      return (entry.reason === 'corrected' ? t.correctedEvent : t.shippedEvent)(
        text('carrier'),
        text('trackingNumber'),
      );
    case 'dispute': {
      const state = DisputeState.safeParse(entry.reason);
      return t.disputeEvent(state.success ? t[state.data] : entry.reason);
    }
    case 'note':
      if (entry.reason === 'voucher') return t.voucher(when(text('payBy')));
      return entry.reason === 'cancel_requested' ? t.cancelRequested : entry.reason;
  }
}

function refundWord(reason: string, t: OrderWords, words: RefundWords): string {
  if (reason === 'requested_again') return words.again;
  if (reason === 'outside') return words.outsideEvent;
  const state = RefundState.safeParse(reason);
  return reason === 'requested' || !state.success ? t.decided : refundStateWord(t, state.data);
}

function stateSentence({ toState, reason }: OrderHistoryEntry, order: StaffOrder, t: OrderWords): string {
  switch (toState) {
    case 'paid':
      return t.paid;
    case 'refunded':
      return t.refundedState;
    case 'canceled':
      return order.cancelReason ? t.because(t.canceledState, t[order.cancelReason]) : t.canceledState;
    default:
      return toState === 'pending' ? t.placed : reason;
  }
}
