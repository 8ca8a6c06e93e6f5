import { useState } from 'react';
import { ordersApi, type OrderRefund, type StaffOrder } from '#contracts/orders';
import { money } from '../i18n.ts';
import { staffCall } from '../staff/session.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { Field } from '../ui/Field.tsx';
import { Notice } from '../ui/states.tsx';
import { toast } from '../ui/toast.tsx';
import css from './dialogs.module.css';
import { useOrderWords } from './order-words.ts';
import { useRefundWords } from './refund-words.ts';
import { useDeed } from './useDeed.ts';

interface DialogProps {
  order: StaffOrder;
  refund: OrderRefund;
  onDone: () => void;
  onClose: () => void;
}

/** What is owed of a refund that failed was given back by other means. */
export function SettleDialog({ order, refund, onDone, onClose }: DialogProps) {
  const t = useRefundWords();
  const [note, setNote] = useState('');
  const [tried, setTried] = useState(false);
  const { busy, problem, run } = useDeed(order);

  function confirm(): void {
    setTried(true);
    if (note.trim() === '') return;
    void run(async () => {
      await staffCall(ordersApi.settleRefund, { id: order.id, refundId: refund.id, note });
      toast(t.settled);
      onDone();
    });
  }

  return (
    <Dialog
      title={t.settleTitle}
      confirm={t.settleDo}
      cancel={useOrderWords().stop}
      busy={busy}
      onConfirm={confirm}
      onClose={onClose}
    >
      <div className={css.form}>
        {problem && <Notice tone="failed">{problem}</Notice>}
        <p>{t.settleWhat(money(refund.owedAmount ?? 0, order.currency))}</p>
        <Field
          label={t.note}
          hint={t.noteHint}
          error={tried && note.trim() === '' ? t.fixNote : undefined}
          maxLength={200}
          autoComplete="off"
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
      </div>
    </Dialog>
  );
}
