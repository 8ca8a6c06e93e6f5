import { Notice } from '../ui/states.tsx';
import { envelope, isReduced, paperDate, paperMoney } from './paper.ts';
import { Fact, Paper, SellerBlock, type PaperProps } from './Paper.tsx';
import css from './Paper.module.css';
import { RateTable } from './RateTable.tsx';

/**
 * The invoice of an order. With the seller's registration number it is a qualified invoice (適格請求書): who sells and their number, the date of
 * the sale, what was sold and which of it at the reduced rate, totals and tax per rate, rounded once per rate, and to whom.
 */
export default function InvoicePage() {
  return (
    <Paper
      title={({ t }) => t.invoice}
      advice={({ order, t }) => order.registrationNumber === null && <Notice tone="caution">{t.noNumber}</Notice>}
    >
      {(props) => <Invoice {...props} />}
    </Paper>
  );
}

function Invoice(props: PaperProps) {
  const { order, locale, t, timeZone } = props;
  const { totals } = order;
  const said = (amount: number) => paperMoney(amount, order, locale);
  const hasReduced = totals.taxes.some(({ rateBp }) => isReduced(rateBp, order));
  return (
    <>
      <div className={css.parties}>
        <div>
          <p className={css.addressee}>{t.to(order.name)}</p>
          <p className={css.sum}>
            <span>{t.total}</span>
            <b>{said(totals.totalAmount)}</b>
          </p>
          <dl className={css.facts}>
            <Fact name={t.date}>{paperDate(order.paidAt ?? order.placedAt, locale, timeZone)}</Fact>
          </dl>
        </div>
        <SellerBlock {...props} withNumber />
      </div>
      <Lines {...props} />
      <div className={css.sums}>
        <RateTable {...props} taxes={totals.taxes} withTax={totals.taxIncluded} />
        <dl className={css.total}>
          <Fact name={t.items}>{said(totals.itemsAmount)}</Fact>
          {totals.discountAmount > 0 && <Fact name={t.discount}>{said(-totals.discountAmount)}</Fact>}
          <Fact name={t.shipping}>{said(totals.shippingAmount)}</Fact>
          {!totals.taxIncluded && <Fact name={t.tax}>{said(totals.taxAmount)}</Fact>}
          <Fact name={t.total}>
            <b>{said(totals.totalAmount)}</b>
          </Fact>
        </dl>
      </div>
      <p className={css.notes}>
        {totals.taxIncluded ? t.included : t.excluded} {hasReduced && t.reduced}{' '}
        {order.paidAt && t.paid(paperDate(order.paidAt, locale, timeZone), t[order.paymentMethod])}{' '}
        {order.refundedAmount > 0 && t.refunded(said(order.refundedAmount))}
      </p>
      <section className={css.shipTo}>
        <h2>{t.shipTo}</h2>
        {envelope(order, locale).map((line) => (
          <span key={line}>{line}</span>
        ))}
        {locale === 'ja' && <span>{t.to(order.name)}</span>}
      </section>
    </>
  );
}

function Lines({ order, locale, t }: PaperProps) {
  const said = (amount: number) => paperMoney(amount, order, locale);
  return (
    <table className={css.lines}>
      <thead>
        <tr>
          <th scope="col">{t.product}</th>
          <th scope="col">{t.quantity}</th>
          <th scope="col">{t.unit}</th>
          <th scope="col">{t.amount}</th>
        </tr>
      </thead>
      <tbody>
        {order.lines.map((line) => (
          <tr key={line.position}>
            <td>
              {[line.productName, line.variantName].filter(Boolean).join(' ')}
              {isReduced(line.taxRateBp, order) && ' ※'}
            </td>
            <td>{line.quantity}</td>
            <td>{said(line.unitAmount)}</td>
            <td>{said(line.unitAmount * line.quantity)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
