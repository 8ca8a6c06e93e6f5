import type { StaffOrder } from '#contracts/orders';
import { langOf, money } from '../i18n.ts';
import { ProductPicture } from '../ui/ProductPicture.tsx';
import { useOrderWords } from './order-words.ts';
import { percent } from '../percent.ts';
import css from './StaffOrderPage.module.css';

/** The goods at their prices of the press of Pay, and what they came to. */
export function OrderLines({ order }: { order: StaffOrder }) {
  const t = useOrderWords();
  const hasRates = order.totals.taxes.length > 1;
  return (
    <>
      <ul className={css.lines}>
        {order.lines.map((line) => (
          <li key={line.position}>
            <ProductPicture url={line.imageUrl} alt="" size={56} className={css.picture} />
            <div>
              <b lang={langOf(line.productName)}>
                {line.productName}
                {line.variantName && ` ${line.variantName}`}
              </b>
              <small>
                {line.sku}
                {hasRates && `・${t.rate(percent(line.taxRateBp))}`}
              </small>
              {line.restocked > 0 && <small>{t.restocked(line.restocked)}</small>}
            </div>
            <div className={css.price}>
              <b>{money(line.unitAmount * line.quantity, order.currency)}</b>
              <small>{t.each(money(line.unitAmount, order.currency), line.quantity)}</small>
              {line.listAmount !== line.unitAmount && <s>{money(line.listAmount, order.currency)}</s>}
            </div>
          </li>
        ))}
      </ul>
      <Totals order={order} />
    </>
  );
}

function Totals({ order: { totals, coupons, refundedAmount } }: { order: StaffOrder }) {
  const t = useOrderWords();
  const said = (amount: number) => money(amount, totals.currency);
  const taxes = totals.taxes
    .filter(({ taxAmount }) => taxAmount > 0)
    .map(({ rateBp, taxableAmount, taxAmount }) => ({
      name: (totals.taxIncluded ? t.taxWithin : t.taxOnTop)(percent(rateBp), said(taxableAmount)),
      value: said(taxAmount),
      isMinor: true,
    }));
  const total = { name: t.total, value: said(totals.totalAmount), isTotal: true };
  const rows: { name: string; value: string; isTotal?: boolean; isMinor?: boolean }[] = [
    { name: t.items, value: said(totals.itemsAmount) },
    ...(totals.discountAmount > 0
      ? [{ name: t.discount(coupons.map(({ code }) => code).join(' ')), value: said(-totals.discountAmount) }]
      : []),
    { name: t.shipping, value: totals.shippingAmount === 0 ? t.free : said(totals.shippingAmount) },
    ...(totals.taxIncluded ? [total, ...taxes] : [...taxes, total]),
    ...(refundedAmount > 0
      ? [
          { name: t.refundedSum, value: said(-refundedAmount) },
          { name: t.kept, value: said(totals.totalAmount - refundedAmount) },
        ]
      : []),
  ];
  return (
    <dl className={css.totals}>
      {rows.map(({ name, value, isTotal, isMinor }) => (
        <div key={name} data-total={isTotal || undefined} data-minor={isMinor || undefined}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
