import { useState } from 'react';
import { ordersApi, type OrderRefund, type StaffOrder } from '#contracts/orders';
import { money } from '../i18n.ts';
import { staffCall, useMay } from '../staff/session.ts';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/states.tsx';
import { toast } from '../ui/toast.tsx';
import { failureWords, useRefundWords } from './refund-words.ts';
import { SettleDialog } from './SettleDialog.tsx';
import css from './StaffOrderPage.module.css';
import { useDeed } from './useDeed.ts';

interface FailedProps {
  order: StaffOrder;
  refund: OrderRefund;
  onChange: () => void;
}

/** Why a refund failed, and while something is owed of it, the ways on. */
export function FailedRefund({ order, refund, onChange }: FailedProps) {
  const t = useRefundWords();
  const isReplaced = order.refunds.some(({ insteadOf }) => insteadOf === refund.id);
  const isStripesWord = refund.failure !== refund.failureCode && refund.failureCode !== 'made_at_stripe';
  return (
    <>
      <small className={css.failure}>{failureWords(t, refund.failureCode)}</small>
      {isStripesWord && (
        <small>
          {t.stripeSays}
          <span lang="en">{refund.failure}</span>
        </small>
      )}
      {isReplaced && <small>{t.replaced}</small>}
      {refund.owedAmount !== null && <WaysOn order={order} refund={refund} onChange={onChange} />}
    </>
  );
}

function WaysOn({ order, refund, onChange }: FailedProps) {
  const t = useRefundWords();
  const mayWrite = useMay()('orders.write');
  const [settling, setSettling] = useState(false);
  const { busy, problem, run } = useDeed(order);
  const owed = money(refund.owedAmount ?? 0, order.currency);
  const tryAgain = () =>
    run(async () => {
      await staffCall(ordersApi.retryRefund, { id: order.id, refundId: refund.id });
      toast(t.triedAgain);
      onChange();
    });
  return (
    <>
      <small>{t.owed(owed)}</small>
      {problem && <Notice tone="failed">{problem}</Notice>}
      {mayWrite && (
        <div className={css.waysOn}>
          <Button size="touch" busy={busy} onClick={() => void tryAgain()}>
            {t.tryAgain(owed)}
          </Button>
          <Button kind="quiet" size="touch" onClick={() => setSettling(true)}>
            {t.settle}
          </Button>
        </div>
      )}
      {settling && (
        <SettleDialog
          order={order}
          refund={refund}
          onDone={() => {
            setSettling(false);
            onChange();
          }}
          onClose={() => setSettling(false)}
        />
      )}
    </>
  );
}
