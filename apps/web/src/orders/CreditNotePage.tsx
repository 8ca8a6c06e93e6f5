import { useParams } from 'react-router';
import type { CreditNote, OrderRefund, StaffOrder } from '#contracts/orders';
import { Notice } from '../ui/states.tsx';
import { isReduced, paperDate, paperMoney } from './paper.ts';
import { Fact, Paper, SellerBlock, type PaperProps } from './Paper.tsx';
import css from './Paper.module.css';
import { RateTable } from './RateTable.tsx';

/** Below it, tax included, Japan's law does not ask for a credit note (消費税法施行令70条の9第3項2号). */
const EXEMPT_BELOW = 10_000;

type Noted = OrderRefund & { creditNote: CreditNote };

/**
 * The credit note of one refund. With the seller's registration number it is a qualified one (適格返還請求書): who sells and their number, when
 * it was given back and when it was sold, what was sold and which of it at the reduced rate, the amount and the tax per rate.
 */
export default function CreditNotePage() {
  const { refundId } = useParams();
  const find = (order: StaffOrder) =>
    order.refunds.find((one): one is Noted => one.id === refundId && one.creditNote !== null);
  return (
    <Paper
      title={({ order, t }) => (order.registrationNumber === null ? t.plainCreditNote : t.creditNote)}
      number={({ order }) => find(order)?.creditNote.number ?? order.number}
      advice={(props) => <Advice {...props} refund={find(props.order)} />}
    >
      {(props) => {
        const refund = find(props.order);
        return refund && <Note {...props} refund={refund} />;
      }}
    </Paper>
  );
}

function Advice({ order, t, refund }: PaperProps & { refund: Noted | undefined }) {
  if (!refund) return <Notice tone="failed">{t.noCreditNote}</Notice>;
  if (order.registrationNumber === null) return <Notice tone="caution">{t.noNumberReturned}</Notice>;
  if (order.currency !== 'JPY') return null;
  return <Notice>{refund.amount < EXEMPT_BELOW ? t.noteMay : t.noteMust}</Notice>;
}

function Note(props: PaperProps & { refund: Noted }) {
  const { order, locale, t, timeZone, refund } = props;
  const { taxes, number, givenBackAt, goods } = refund.creditNote;
  const said = (amount: number) => paperMoney(amount, order, locale);
  const hasReduced = taxes.some(({ rateBp }) => isReduced(rateBp, order));
  const isWhole = refund.amount === order.totalAmount;
  return (
    <>
      <div className={css.parties}>
        <div>
          <p className={css.addressee}>{t.to(order.name)}</p>
          <p className={css.sum}>
            <span>{t.returned}</span>
            <b>{said(refund.amount)}</b>
          </p>
          <dl className={css.facts}>
            <Fact name={t.noteNumber}>{number}</Fact>
            <Fact name={t.returnDate}>{paperDate(givenBackAt, locale, timeZone)}</Fact>
            <Fact name={t.saleDate}>{paperDate(order.paidAt ?? order.placedAt, locale, timeZone)}</Fact>
          </dl>
        </div>
        <SellerBlock {...props} withNumber />
      </div>
      <Goods {...props} goods={goods} />
      <div className={css.sums}>
        <RateTable {...props} taxes={taxes} withTax />
        <dl className={css.total}>
          <Fact name={t.returned}>
            <b>{said(refund.amount)}</b>
          </Fact>
        </dl>
      </div>
      <p className={css.notes}>
        {goods.length > 0 ? t.ofGoods : isWhole ? t.ofWhole : t.ofPart(said(order.totalAmount))}{' '}
        {!isWhole && taxes.length > 1 && t.shared} {t.amountsWithTax} {hasReduced && t.reduced}
      </p>
    </>
  );
}

/** What the money was for: the goods that came back with it, or all of the sale. */
function Goods({ order, t, goods }: PaperProps & { goods: CreditNote['goods'] }) {
  const lines = order.lines
    .map((line) => ({ ...line, quantity: goods.find(({ position }) => position === line.position)?.quantity }))
    .filter(({ quantity }) => quantity !== undefined);
  const hasShipping = goods.length === 0 && order.totals.shippingAmount > 0;
  return (
    <table className={css.lines}>
      <thead>
        <tr>
          <th scope="col">{goods.length > 0 ? t.returnedGoods : t.soldGoods}</th>
          <th scope="col">{t.quantity}</th>
        </tr>
      </thead>
      <tbody>
        {(goods.length > 0 ? lines : order.lines).map((line) => (
          <tr key={line.position}>
            <td>
              {[line.productName, line.variantName].filter(Boolean).join(' ')}
              {isReduced(line.taxRateBp, order) && ' ※'}
            </td>
            <td>{line.quantity}</td>
          </tr>
        ))}
        {hasShipping && (
          <tr>
            <td>{t.shipping}</td>
            <td />
          </tr>
        )}
      </tbody>
    </table>
  );
}
