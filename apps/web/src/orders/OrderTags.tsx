import type { OrderSummary } from '#contracts/orders';
import { Tag } from '../ui/Tag.tsx';
import { useOrdersText } from './texts.ts';

/** Where an order stands, in one or two words. */
export function OrderTags({ order }: { order: OrderSummary }) {
  const t = useOrdersText();
  const partly = order.refundedAmount > 0 && order.state === 'paid';
  return (
    <>
      <StateTag order={order} />
      {partly && <Tag>{t.partlyRefunded}</Tag>}
      {order.refundFailed && <Tag tone="enji">{t.refund_failed}</Tag>}
      {order.disputedAt !== null && (
        <Tag tone={order.disputeState === 'lost' ? 'plain' : 'yama'}>
          {order.disputeState === 'lost' ? t.lost : t.disputed}
        </Tag>
      )}
    </>
  );
}

function StateTag({ order }: { order: OrderSummary }) {
  const t = useOrdersText();
  if (order.state === 'canceled') return <Tag>{t.canceled}</Tag>;
  if (order.state === 'refunded') return <Tag>{t.refunded}</Tag>;
  if (order.state === 'pending') return <Tag tone="line">{t.pending}</Tag>;
  if (order.disputedAt !== null && order.shippedAt === null) return null; // frozen: nothing is to be done with it
  return order.shippedAt === null ? <Tag tone="ai">{t.to_ship}</Tag> : <Tag tone="matsu">{t.shipped}</Tag>;
}
