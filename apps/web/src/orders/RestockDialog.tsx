import { useState } from 'react';
import { ordersApi, type StaffOrder } from '#contracts/orders';
import { staffCall } from '../staff/session.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { Notice } from '../ui/states.tsx';
import { toast } from '../ui/toast.tsx';
import css from './dialogs.module.css';
import { useOrderWords } from './order-words.ts';
import { linesOf, RestockFields, type Back } from './RestockFields.tsx';
import { useDeed } from './useDeed.ts';

interface DialogProps {
  order: StaffOrder;
  onDone: () => void;
  onClose: () => void;
}

export function RestockDialog({ order, onDone, onClose }: DialogProps) {
  const t = useOrderWords();
  const [back, setBack] = useState<Back>({});
  const { busy, problem, setProblem, run } = useDeed(order);

  function confirm(): void {
    const lines = linesOf(back);
    if (lines.length === 0) return setProblem(t.restockNone);
    void run(async (key) => {
      await staffCall(ordersApi.restock, { id: order.id, key, lines });
      toast(t.restockDone);
      onDone();
    });
  }

  return (
    <Dialog
      title={t.restockTitle}
      confirm={t.restockDo}
      cancel={t.stop}
      busy={busy}
      onConfirm={confirm}
      onClose={onClose}
    >
      <div className={css.form}>
        {problem && <Notice tone="failed">{problem}</Notice>}
        <RestockFields order={order} back={back} onChange={setBack} />
      </div>
    </Dialog>
  );
}
