import { ChevronLeft, ExternalLink } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import type { Totals } from '#contracts/checkout';
import { formatNumber, formatTime, langOf, money, useLocale } from '../i18n.ts';
import { addressLine, toAddress } from './buyer.ts';
import { useCheckoutText } from './checkout-text.ts';
import css from './Confirmation.module.css';
import { usePaymentText } from './payment-text.ts';
import { agreedLines, type Paying } from './usePaying.ts';
import type { SellerState } from './useSeller.ts';

interface ConfirmationProps {
  paying: Paying;
  brandSlug: string;
  expiresAt: string | null;
  seller: SellerState;
  children?: ReactNode;
}

/**
 * The last look before Pay (特定商取引法, 最終確認画面): what and how much of it, what it costs in all, when and how it is paid and
 * delivered, how it can be called off or sent back, and where it goes.
 */
export function Confirmation({ paying, brandSlug, expiresAt, seller, children }: ConfirmationProps) {
  const t = usePaymentText();
  const shared = useCheckoutText();
  const code = useLocale();
  const heading = useRef<HTMLHeadingElement>(null);
  const { totals, order, quote, form, method, beside } = paying;
  useEffect(() => {
    if (!beside) heading.current?.focus();
  }, [beside]);
  const lines = agreedLines(order, quote);
  const coupons = order?.coupons ?? quote?.coupons ?? [];
  const note = (text: string | undefined) => sellerNote(text, seller, t);
  const when = { card: t.cardWhen, konbini: t.konbiniWhen, wallet: t.walletWhen }[method];
  return (
    <section className={css.confirmation} aria-label={t.confirmTitle}>
      <header>
        <h3 ref={heading} tabIndex={-1}>
          {t.confirmTitle}
        </h3>
        {beside ? null : (
          <button type="button" disabled={paying.locked} onClick={paying.toDetails}>
            <ChevronLeft size={20} strokeWidth={1.75} aria-hidden="true" />
            {t.changeDetails}
          </button>
        )}
        <p>{t.confirmLead}</p>
      </header>
      {children}
      <dl>
        <Row name={t.goods}>
          {lines && totals ? (
            <ul className={css.lines}>
              {lines.map((line, index) => (
                <li key={index}>
                  <span lang={langOf(line.productName)}>
                    {[line.productName, line.variantName].filter(Boolean).join(' ')}
                    <small>
                      {shared.pieces(line.quantity)}・{t.each(money(line.unitAmount, totals.currency))}
                    </small>
                  </span>
                  <b>{money(line.unitAmount * line.quantity, totals.currency)}</b>
                </li>
              ))}
            </ul>
          ) : null}
        </Row>
        <Row name={t.amount}>{totals ? <Sums totals={totals} coupons={coupons} /> : null}</Row>
        <Row name={t.when}>
          {when}
          {seller.state === 'known' && seller.seller.paymentNote ? <Note>{seller.seller.paymentNote}</Note> : null}
        </Row>
        <Row name={t.delivery}>
          {method === 'konbini' ? <span className={css.said}>{t.konbiniDelivery}</span> : null}
          {note(seller.state === 'known' ? seller.seller.deliveryNote : undefined)}
        </Row>
        <Row name={t.shipTo}>
          {form.name.trim() === '' ? '—' : shared.person(form.name)}
          {form.line1.trim() === '' ? null : <small>{addressLine(toAddress(form), code)}</small>}
          <small>{form.email}</small>
        </Row>
        <Row name={t.cancel}>{note(seller.state === 'known' ? seller.seller.returnNote : undefined)}</Row>
        {expiresAt === null || paying.ordered ? null : (
          <Row name={t.orderTime}>{t.orderTimeWhat(formatTime(expiresAt))}</Row>
        )}
        <Row name={t.seller}>
          {seller.state === 'known' && seller.seller.name ? (
            <span lang={langOf(seller.seller.name)}>{seller.seller.name}</span>
          ) : null}
          <a href={`/legal/${brandSlug}`} target="_blank" rel="noopener">
            {t.legal}
            <ExternalLink size={14} strokeWidth={2} aria-hidden="true" />
          </a>
        </Row>
      </dl>
    </section>
  );
}

function sellerNote(text: string | undefined, seller: SellerState, t: ReturnType<typeof usePaymentText>): ReactNode {
  if (seller.state === 'loading') return <small>{t.sellerLoading}</small>;
  if (seller.state === 'failed') return <small>{t.sellerFailed}</small>;
  return text ? <Note>{text}</Note> : <small>{t.notSaid}</small>;
}

/** As the brand wrote it. */
function Note({ children }: { children: string }) {
  return (
    <span className={css.note} lang={langOf(children)}>
      {children}
    </span>
  );
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={css.row}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** What the total is made of, with the tax of each rate. */
export function Sums({ totals, coupons }: { totals: Totals; coupons: { code: string; amount: number }[] }) {
  const t = usePaymentText();
  useLocale();
  const { currency, itemsAmount, shippingAmount, taxes, taxIncluded, totalAmount } = totals;
  const said = (amount: number) => money(amount, currency);
  const rows: [string, string][] = [
    [t.itemsSum, said(itemsAmount)],
    ...coupons.map(({ code, amount }): [string, string] => [t.discount(code), `−${said(amount)}`]),
    [t.shipping, shippingAmount === 0 ? t.free : said(shippingAmount)],
  ];
  return (
    <div className={css.sums}>
      {rows.map(([name, value]) => (
        <p key={name}>
          <span>{name}</span>
          <span>{value}</span>
        </p>
      ))}
      {taxes
        .filter((tax) => tax.taxAmount > 0)
        .map((tax) => (
          <p key={tax.rateBp} className={css.tax}>
            <span>{t.taxOf(rateOf(tax.rateBp), said(tax.taxableAmount))}</span>
            <span>{taxIncluded ? t.taxInside(said(tax.taxAmount)) : t.taxAdded(said(tax.taxAmount))}</span>
          </p>
        ))}
      <p className={css.total}>
        <span>{t.totalIn}</span>
        <b>{said(totalAmount)}</b>
      </p>
    </div>
  );
}

const rateOf = (rateBp: number) => `${formatNumber(rateBp / 100)}%`;
