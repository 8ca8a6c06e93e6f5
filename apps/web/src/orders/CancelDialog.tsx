import { ordersApi, type StaffOrder } from '#contracts/orders';
import { staffCall } from '../staff/session.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { Notice } from '../ui/states.tsx';
import { toast } from '../ui/toast.tsx';
import css from './dialogs.module.css';
import { useOrderWords } from './order-words.ts';
import { useDeed } from './useDeed.ts';

interface DialogProps {
  order: StaffOrder;
  onDone: () => void;
  onClose: () => void;
}

export function CancelDialog({ order, onDone, onClose }: DialogProps) {
  const t = useOrderWords();
  const { busy, problem, run } = useDeed(order);
  const outcomes = { canceled: t.cancelDone, paid: t.cancelPaid, processing: t.cancelProcessing };
  const confirm = () =>
    run(async () => {
      const { outcome } = await staffCall(ordersApi.cancel, { id: order.id });
      toast(outcomes[outcome]);
      onDone();
    });
  return (
    <Dialog
      title={t.cancelTitle}
      confirm={t.cancelDo}
      cancel={t.stop}
      danger
      busy={busy}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      <div className={css.form}>
        {problem && <Notice tone="failed">{problem}</Notice>}
        <p>{t.cancelWhat}</p>
      </div>
    </Dialog>
  );
}
