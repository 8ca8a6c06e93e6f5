import { Ban, CircleCheck, Clock, PackageCheck, RotateCcw } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useParams, useSearchParams } from 'react-router';
import { checkoutApi, type PublicOrder } from '#contracts/checkout';
import { ApiError, call } from '../api.ts';
import { formatDateTime, money, setLocale, useLocale } from '../i18n.ts';
import { Button } from '../ui/Button.tsx';
import { percent } from '../percent.ts';
import { ProductPicture } from '../ui/ProductPicture.tsx';
import { EmptyState, ErrorState, Loading, Skeleton } from '../ui/states.tsx';
import { addressLine } from './buyer.ts';
import css from './OrderPage.module.css';
import { useOrderText } from './order-text.ts';

const PENDING_POLL_MS = 3000;

/** One order, for the buyer: by the browser that placed it, or by the key of its status link. */
export default function OrderPage() {
  const { id = '' } = useParams();
  const [query] = useSearchParams();
  const { order, error, reload } = useOrder(id, query.get('key') ?? undefined);
  const t = useOrderText();
  useEffect(() => {
    document.title = order ? `${t.order(order.number)} | ${order.brandName}` : 'Engawa';
  }, [order, t]);
  return (
    <div className={css.page}>
      <header className={css.head}>
        <span>{order?.brandName}</span>
        <LanguageButton />
      </header>
      <main>
        {order ? (
          <Order order={order} />
        ) : error?.code === 'not_found' || error?.code === 'invalid_request' || error?.code === 'forbidden' ? (
          <EmptyState title={t.notFound} action={<a href="/">{t.toHome}</a>}>
            {t.notFoundWhat}
          </EmptyState>
        ) : error ? (
          <ErrorState title={t.failed} error={error} onRetry={reload} />
        ) : (
          <Loading>
            <Skeleton width={120} />
            <Skeleton width={320} height={40} className={css.bone} />
            <Skeleton height={160} className={css.bone} />
          </Loading>
        )}
      </main>
    </div>
  );
}

/** Asks once, and again every few seconds while the card company has not decided. */
function useOrder(id: string, key: string | undefined) {
  const [order, setOrder] = useState<PublicOrder | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [attempt, setAttempt] = useState(0);
  const pending = order !== null && isWaiting(order);
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      try {
        setOrder(await call(checkoutApi.order, { id, key }, { signal: abort.signal }));
        setError(null);
      } catch (failure) {
        if (abort.signal.aborted || !(failure instanceof ApiError)) return;
        setError(failure);
      }
      if (pending) timer = setTimeout(() => void ask(), PENDING_POLL_MS);
    };
    timer = setTimeout(() => void ask(), pending ? PENDING_POLL_MS : 0);
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [id, key, attempt, pending]);
  return { order, error, reload: () => setAttempt((before) => before + 1) };
}

function isWaiting({ state, payment }: PublicOrder): boolean {
  return state === 'pending' && payment?.status !== 'requires_payment_method';
}

function Order({ order }: { order: PublicOrder }) {
  const t = useOrderText();
  const code = useLocale();
  const { Icon, title, text, tone } = faceOf(order, t);
  const { currency } = order.totals;
  return (
    <article className={css.order}>
      <p className={css.number}>{t.order(order.number)}</p>
      <div className={css.face} data-tone={tone} role="status">
        <Icon size={24} strokeWidth={1.75} aria-hidden="true" />
        <div>
          <h1>{title}</h1>
          <p>{text}</p>
          {order.payment?.voucherUrl && (
            <p>
              <a href={order.payment.voucherUrl} target="_blank" rel="noreferrer">
                {t.toVoucher}
              </a>
            </p>
          )}
        </div>
      </div>
      <div className={css.columns}>
        <section aria-labelledby="lines">
          <h2 id="lines">{t.lines}</h2>
          <ul className={css.lines}>
            {order.lines.map((line, index) => (
              <li key={index}>
                <ProductPicture url={line.imageUrl} alt="" size={64} className={css.picture} />
                <div>
                  <b>{line.productName}</b>
                  {line.variantName !== '' && <span>{line.variantName}</span>}
                  <span>{t.each(money(line.unitAmount, currency), line.quantity)}</span>
                </div>
                <b>{money(line.unitAmount * line.quantity, currency)}</b>
              </li>
            ))}
          </ul>
          <TotalTable order={order} />
        </section>
        <div>
          <section aria-labelledby="ship-to">
            <h2 id="ship-to">{t.shipTo}</h2>
            <p className={css.shipTo}>
              {t.person(order.shipTo.name)}
              <span>{addressLine(order.shipTo.address, code)}</span>
            </p>
            <h2>{t.contact}</h2>
            <p className={css.shipTo}>{order.email}</p>
          </section>
          <section aria-labelledby="progress">
            <h2 id="progress">{t.progress}</h2>
            <ol className={css.progress}>
              <Step at={order.placedAt}>{t.placedAt}</Step>
              {order.paidAt !== null && <Step at={order.paidAt}>{t.paidAt}</Step>}
              {order.state === 'pending' && <Step waiting>{isWaiting(order) ? t.waiting : t.notYet}</Step>}
              {order.state === 'canceled' && <Step>{t.canceledStep}</Step>}
              {order.shipping && <Step at={order.shipping.shippedAt}>{t.shippedStep}</Step>}
              {order.state === 'refunded' && <Step>{t.refundedStep}</Step>}
              {order.state === 'paid' && order.refundedAmount > 0 && (
                <Step>{t.partlyRefundedStep(money(order.refundedAmount, currency))}</Step>
              )}
              {order.state === 'paid' && !order.shipping && <Step waiting>{t.preparing}</Step>}
            </ol>
          </section>
        </div>
      </div>
      <p className={css.back}>
        <a href={`/s/${order.showSlug}`}>{t.toShow}</a>
      </p>
    </article>
  );
}

function faceOf(order: PublicOrder, t: ReturnType<typeof useOrderText>) {
  switch (order.state) {
    case 'paid': {
      const { shipping } = order;
      if (!shipping) return { Icon: CircleCheck, tone: 'done', title: t.paid, text: t.paidWhat(order.email) };
      const text = t.shippedWhat(shipping.carrier, shipping.trackingNumber);
      return { Icon: PackageCheck, tone: 'done', title: t.shipped, text };
    }
    case 'pending':
      if (order.payBy !== null && isWaiting(order)) {
        return { Icon: Clock, tone: 'waiting', title: t.voucher, text: t.voucherWhat(formatDateTime(order.payBy)) };
      }
      return isWaiting(order)
        ? { Icon: Clock, tone: 'waiting', title: t.pending, text: t.pendingWhat }
        : { Icon: Clock, tone: 'waiting', title: t.unpaid, text: t.unpaidWhat };
    case 'canceled':
      return {
        Icon: Ban,
        tone: 'over',
        title: t.canceled,
        text: t[`canceled_${order.cancelReason ?? 'payment_canceled'}`],
      };
    case 'refunded':
      return { Icon: RotateCcw, tone: 'over', title: t.refunded, text: t.refundedWhat };
  }
}

function TotalTable({ order: { totals, coupons, refundedAmount } }: { order: PublicOrder }) {
  const t = useOrderText();
  const { currency, itemsAmount, discountAmount, shippingAmount, totalAmount } = totals;
  const codes = coupons.map(({ code }) => code).join(' ');
  const taxes = totals.taxes
    .filter(({ taxAmount }) => taxAmount > 0)
    .map(({ rateBp, taxAmount }) => (
      <div key={rateBp}>
        <dt>{(totals.taxIncluded ? t.taxWithin : t.taxOnTop)(percent(rateBp))}</dt>
        <dd>{money(taxAmount, currency)}</dd>
      </div>
    ));
  return (
    <dl className={css.totals}>
      <div>
        <dt>{t.items}</dt>
        <dd>{money(itemsAmount, currency)}</dd>
      </div>
      {discountAmount > 0 && (
        <div>
          <dt>{t.discount(codes)}</dt>
          <dd>{money(-discountAmount, currency)}</dd>
        </div>
      )}
      <div>
        <dt>{t.shipping}</dt>
        <dd>{shippingAmount === 0 ? t.free : money(shippingAmount, currency)}</dd>
      </div>
      {!totals.taxIncluded && taxes}
      <div className={css.total}>
        <dt>{t.total}</dt>
        <dd>{money(totalAmount, currency)}</dd>
      </div>
      {totals.taxIncluded && taxes}
      {refundedAmount > 0 && (
        <div>
          <dt>{t.refundedSum}</dt>
          <dd>{money(-refundedAmount, currency)}</dd>
        </div>
      )}
    </dl>
  );
}

/** One event of the order; `waiting` has not happened yet. */
function Step({ at, waiting, children }: { at?: string; waiting?: boolean; children: ReactNode }) {
  return (
    <li data-waiting={waiting || undefined}>
      <span>{children}</span>
      {at && <time dateTime={at}>{formatDateTime(at)}</time>}
    </li>
  );
}

function LanguageButton() {
  const other = useLocale() === 'ja' ? 'en' : 'ja';
  return (
    <Button kind="quiet" lang={other} onClick={() => setLocale(other)}>
      {other === 'ja' ? '日本語' : 'English'}
    </Button>
  );
}
