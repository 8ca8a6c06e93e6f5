import { useState } from 'react';
import { ordersApi, type StaffOrder } from '#contracts/orders';
import { staffCall } from '../staff/session.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { Field } from '../ui/Field.tsx';
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

const carriers = ['ヤマト運輸', '佐川急便', '日本郵便', '西濃運輸', '福山通運', 'DHL', 'FedEx', 'UPS', 'EMS'];

export function ShipDialog({ order, onDone, onClose }: DialogProps) {
  const t = useOrderWords();
  const [carrier, setCarrier] = useState(order.shipping?.carrier ?? '');
  const [trackingNumber, setTrackingNumber] = useState(order.shipping?.trackingNumber ?? '');
  const [tried, setTried] = useState(false);
  const { busy, problem, run } = useDeed(order);
  const isCorrection = order.shipping !== null;

  function confirm(): void {
    setTried(true);
    if (carrier.trim() === '') return;
    void run(async () => {
      await staffCall(ordersApi.ship, { id: order.id, carrier, trackingNumber });
      toast(t.shipDone);
      onDone();
    });
  }

  return (
    <Dialog
      title={isCorrection ? t.correctTitle : t.shipTitle}
      confirm={t.shipDo}
      cancel={t.stop}
      busy={busy}
      onConfirm={confirm}
      onClose={onClose}
    >
      <div className={css.form}>
        {problem && <Notice tone="failed">{problem}</Notice>}
        <p>{isCorrection ? t.correctWhat : t.shipWhat}</p>
        <Field
          label={t.carrier}
          list="carriers"
          maxLength={60}
          autoComplete="off"
          error={tried && carrier.trim() === '' ? t.fixCarrier : undefined}
          value={carrier}
          onChange={(event) => setCarrier(event.target.value)}
        />
        <datalist id="carriers">
          {carriers.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <Field
          label={t.tracking}
          hint={t.optional}
          maxLength={60}
          autoComplete="off"
          value={trackingNumber}
          onChange={(event) => setTrackingNumber(event.target.value)}
        />
      </div>
    </Dialog>
  );
}
