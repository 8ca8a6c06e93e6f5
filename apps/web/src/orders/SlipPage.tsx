import { envelope } from './paper.ts';
import { Paper, SellerBlock, type PaperProps } from './Paper.tsx';
import css from './Paper.module.css';

/** What lies in the parcel, for who packs it and who opens it. It says no prices: a parcel may be a present. */
export default function SlipPage() {
  return <Paper title={({ t }) => t.slip}>{(props) => <Slip {...props} />}</Paper>;
}

function Slip(props: PaperProps) {
  const { order, locale, t } = props;
  return (
    <>
      <div className={css.parties}>
        <section className={css.shipTo}>
          <h2>{t.shipTo}</h2>
          {envelope(order, locale).map((line) => (
            <span key={line}>{line}</span>
          ))}
          {locale === 'ja' && <b>{t.to(order.name)}</b>}
          <span>
            {t.phone} {order.phone}
          </span>
        </section>
        <SellerBlock {...props} />
      </div>
      <table className={css.lines}>
        <thead>
          <tr>
            <th scope="col">{t.product}</th>
            <th scope="col">{t.sku}</th>
            <th scope="col">{t.quantity}</th>
            <th scope="col">{t.checked}</th>
          </tr>
        </thead>
        <tbody>
          {order.lines.map((line) => (
            <tr key={line.position}>
              <td>{[line.productName, line.variantName].filter(Boolean).join(' ')}</td>
              <td>{line.sku}</td>
              <td>{line.quantity}</td>
              <td>
                <span className={css.box} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={css.notes}>
        {t.pieces(order.quantity)} {t.thanks}
      </p>
    </>
  );
}
