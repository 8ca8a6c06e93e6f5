import { useState } from 'react';
import { parseMoney } from '#contracts/money';
import { ordersApi, type StaffOrder } from '#contracts/orders';
import { money } from '../i18n.ts';
import { staffCall } from '../staff/session.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { Field } from '../ui/Field.tsx';
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

/** The whole that is left, or a part; what comes back onto the shelf is ticked by itself. */
export function RefundDialog({ order, onDone, onClose }: DialogProps) {
  const t = useOrderWords();
  const left = order.totalAmount - order.refundedAmount;
  const [isWhole, setWhole] = useState(true);
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const [back, setBack] = useState<Back>({});
  const [tried, setTried] = useState(false);
  const { busy, problem, run } = useDeed(order);

  const amount = isWhole ? left : parseMoney(typed, order.currency);
  const amountFits = amount !== null && amount > 0 && amount <= left;
  const canRestock = order.lines.some((line) => line.restocked < line.quantity);

  function confirm(): void {
    setTried(true);
    if (!amountFits || reason.trim() === '') return;
    const restock = linesOf(back);
    void run(async (key) => {
      await staffCall(ordersApi.refund, {
        id: order.id,
        key,
        amount,
        reason,
        ...(restock.length > 0 && { restock }),
      });
      toast(t.refundDone);
      onDone();
    });
  }

  return (
    <Dialog
      title={t.refundTitle}
      confirm={amountFits ? t.refundDo(money(amount, order.currency)) : t.refundIt}
      cancel={t.stop}
      danger
      busy={busy}
      onConfirm={confirm}
      onClose={onClose}
    >
      <div className={css.form}>
        {problem && <Notice tone="failed">{problem}</Notice>}
        <fieldset className={css.choice}>
          <legend className="sr">{t.amount}</legend>
          <label>
            <input type="radio" name="how-much" checked={isWhole} onChange={() => setWhole(true)} />
            {t.whole(money(left, order.currency))}
          </label>
          <label>
            <input type="radio" name="how-much" checked={!isWhole} onChange={() => setWhole(false)} />
            {t.part}
          </label>
        </fieldset>
        {!isWhole && (
          <Field
            label={t.amount}
            hint={t.amountHint(money(left, order.currency))}
            error={tried && !amountFits ? t.fixAmount : undefined}
            inputMode={order.currency === 'JPY' ? 'numeric' : 'decimal'}
            autoComplete="off"
            before={order.currency === 'JPY' ? '¥' : order.currency}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
        <Field
          label={t.reason}
          hint={t.reasonHint}
          error={tried && reason.trim() === '' ? t.fixReason : undefined}
          maxLength={200}
          autoComplete="off"
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        {canRestock && (
          <fieldset>
            <legend>{t.alsoRestock}</legend>
            <p className={css.hint}>{t.alsoRestockHint}</p>
            <RestockFields order={order} back={back} onChange={setBack} />
          </fieldset>
        )}
      </div>
    </Dialog>
  );
}
