import { CircleCheck, Clock, ExternalLink, RotateCcw, Store } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { PublicOrder } from '#contracts/checkout';
import { formatDateTime, money, useLocale } from '../i18n.ts';
import type { Ending } from './band-face.ts';
import css from './BuySheet.module.css';
import { addressLine } from './buyer.ts';
import { useCheckoutText } from './checkout-text.ts';
import { usePaymentText } from './payment-text.ts';

/** The end of a purchase, in the place of the form: what happened, the number, and where to look later. */
export function Outcome({ kind, order }: { kind: Ending['kind']; order: PublicOrder }) {
  const t = useCheckoutText();
  const payment = usePaymentText();
  const code = useLocale();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
  }, []);
  // A voucher ends at a time of Japan, where it is paid, wherever the buyer is.
  const payBy = order.payBy === null ? '' : formatDateTime(order.payBy, 'Asia/Tokyo');
  const voucherUrl = order.payment?.voucherUrl ?? null;
  const words = {
    paid: { Icon: CircleCheck, title: t.paid, text: t.paidTo(order.email) },
    pending: { Icon: Clock, title: t.pending, text: t.pendingWhat },
    voucher: { Icon: Store, title: payment.voucher, text: payment.voucherWhat(payBy) },
    canceled: { Icon: RotateCcw, title: t.canceled, text: t.canceledWhat },
  }[kind];
  return (
    <div className={css.outcome} data-kind={kind}>
      <words.Icon size={40} strokeWidth={1.75} aria-hidden="true" />
      <h3 ref={heading} tabIndex={-1}>
        {words.title}
      </h3>
      <p>{words.text}</p>
      {kind === 'voucher' && (
        <>
          {voucherUrl && (
            <a className={css.voucher} href={voucherUrl} target="_blank" rel="noopener">
              {payment.voucherOpen}
              <ExternalLink size={16} strokeWidth={2} aria-hidden="true" />
            </a>
          )}
          <p>{payment.voucherMail(order.email)}</p>
        </>
      )}
      <dl>
        {kind === 'voucher' && (
          <div>
            <dt>{payment.payBy}</dt>
            <dd className={css.number}>{payBy}</dd>
          </div>
        )}
        <div>
          <dt>{t.orderNumber}</dt>
          <dd className={css.number}>{order.number}</dd>
        </div>
        {order.lines.map((line) => (
          <div key={line.sku}>
            <dt>{[line.productName, line.variantName].filter(Boolean).join(' ')}</dt>
            <dd>{t.pieces(line.quantity)}</dd>
          </div>
        ))}
        <div>
          <dt>{t.total}</dt>
          <dd>{money(order.totals.totalAmount, order.totals.currency)}</dd>
        </div>
        <div>
          <dt>{t.shipTo}</dt>
          <dd>
            {t.person(order.shipTo.name)}
            <small>{addressLine(order.shipTo.address, code)}</small>
          </dd>
        </div>
      </dl>
      <a href={order.statusUrl} target="_blank" rel="noopener">
        {t.orderStatus}
      </a>
    </div>
  );
}
