import { FileText } from 'lucide-react';
import { Link } from 'react-router';
import type { OrderRefund, StaffOrder } from '#contracts/orders';
import { formatDateTime, money } from '../i18n.ts';
import { useSession } from '../staff/session.ts';
import { Tag } from '../ui/Tag.tsx';
import { FailedRefund } from './FailedRefund.tsx';
import { useOrderWords, type OrderWords } from './order-words.ts';
import { useRefundWords } from './refund-words.ts';
import css from './StaffOrderPage.module.css';

const tones = {
  requested: 'line',
  requires_action: 'yama',
  pending: 'line',
  succeeded: 'matsu',
  canceled: 'plain',
  failed: 'enji',
} as const;

export function refundStateWord(t: OrderWords, state: OrderRefund['state']): string {
  const words = {
    requested: t.requested,
    requires_action: t.requires_action,
    pending: t.pendingRefund,
    succeeded: t.succeeded,
    canceled: t.canceledRefund,
    failed: t.failed,
  };
  return words[state];
}

export function Refunds({ order, onChange }: { order: StaffOrder; onChange: () => void }) {
  const t = useOrderWords();
  const words = useRefundWords();
  const { brand } = useSession();
  const kinds = { staff: t.staffKind, stripe: t.stripeKind, late: t.lateKind, dispute: t.disputeKind };
  return (
    <ul className={css.refunds}>
      {order.refunds.map((refund) => (
        <li key={refund.id}>
          <div>
            <b>{money(refund.amount, order.currency)}</b>
            <Tag tone={tones[refund.state]}>{refundStateWord(t, refund.state)}</Tag>
          </div>
          <small>
            {[
              kinds[refund.kind],
              refund.outside ? words.outside : '',
              refund.kind === 'staff' || refund.outside ? refund.reason : '',
              refund.by ?? '',
            ]
              .filter(Boolean)
              .join('・')}
          </small>
          {refund.failure !== null && <FailedRefund order={order} refund={refund} onChange={onChange} />}
          {refund.creditNote && (
            <Link to={`/orders/${order.id}/refunds/${refund.id}/note`} target="_blank" className={css.note}>
              <FileText size={16} strokeWidth={2} aria-hidden />
              {words.creditNote}
            </Link>
          )}
          <time dateTime={refund.createdAt}>{formatDateTime(refund.createdAt, brand.timeZone)}</time>
        </li>
      ))}
    </ul>
  );
}
