import { ArrowLeft, FileText, PackageCheck } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { ordersApi, type StaffOrder } from '#contracts/orders';
import { addressLine } from '../checkout/buyer.ts';
import { formatDateTime, langOf, useLocale } from '../i18n.ts';
import { MailStateTag } from '../mail/MailStateTag.tsx';
import { useMailText } from '../mail/texts.ts';
import { staffCall, useMay, useSession } from '../staff/session.ts';
import { StaffFrame } from '../staff/StaffFrame.tsx';
import { useLoad } from '../staff/useLoad.ts';
import { Button } from '../ui/Button.tsx';
import { ButtonLink } from '../ui/ButtonLink.tsx';
import { ErrorState, Loading, Notice, Skeleton } from '../ui/states.tsx';
import { CancelDialog } from './CancelDialog.tsx';
import { History } from './History.tsx';
import { useOrderWords } from './order-words.ts';
import { OrderLines } from './OrderLines.tsx';
import { OrderTags } from './OrderTags.tsx';
import { RefundDialog } from './RefundDialog.tsx';
import { Refunds } from './Refunds.tsx';
import { RestockDialog } from './RestockDialog.tsx';
import { ShipDialog } from './ShipDialog.tsx';
import css from './StaffOrderPage.module.css';
import { useOrdersText } from './texts.ts';

/** How soon the answer of Stripe, or a letter that leaves, is looked for. */
const UNDER_WAY_POLL_MS = 1500;

/** One order as staff see it: what was agreed, what happened since, and what can be done now. */
export default function StaffOrderPage() {
  const t = useOrderWords();
  const { id = '' } = useParams();
  const { data, error, reload } = useLoad(`order ${id}`, (signal) => staffCall(ordersApi.get, { id }, { signal }));
  const isUnderWay =
    data?.refunds.some(({ state }) => state === 'requested') || data?.mails.some(({ state }) => state === 'queued');
  useEffect(() => {
    if (!isUnderWay) return;
    const timer = setInterval(reload, UNDER_WAY_POLL_MS);
    return () => clearInterval(timer);
  }, [isUnderWay, reload]);
  return (
    <StaffFrame title={data ? t.order(data.number) : t.back}>
      <Link to="/orders" className={css.back}>
        <ArrowLeft size={16} strokeWidth={2} aria-hidden />
        {t.back}
      </Link>
      {data ? (
        <Order order={data} onChange={reload} />
      ) : error ? (
        <ErrorState title={t.failedTitle} error={error} onRetry={reload} />
      ) : (
        <Loading>
          <Skeleton width={260} height={40} className={css.bone} />
          <Skeleton height={160} className={css.bone} />
          <Skeleton height={240} />
        </Loading>
      )}
    </StaffFrame>
  );
}

function Order({ order, onChange }: { order: StaffOrder; onChange: () => void }) {
  const t = useOrderWords();
  const { brand } = useSession();
  return (
    <article>
      <header className={css.head}>
        <div>
          <h1>{t.order(order.number)}</h1>
          <p className={css.tags}>
            <OrderTags order={order} />
            <time dateTime={order.placedAt}>{formatDateTime(order.placedAt, brand.timeZone)}</time>
          </p>
        </div>
        <Deeds order={order} onChange={onChange} />
      </header>
      <DisputeNotice order={order} />
      <div className={css.columns}>
        <div>
          <section aria-labelledby="lines">
            <h2 id="lines">{t.lines}</h2>
            <OrderLines order={order} />
          </section>
          {order.refunds.length > 0 && (
            <section aria-labelledby="refunds">
              <h2 id="refunds">{t.refunds}</h2>
              <Refunds order={order} onChange={onChange} />
            </section>
          )}
          <section aria-labelledby="history">
            <h2 id="history">{t.history}</h2>
            <History order={order} />
          </section>
        </div>
        <Facts order={order} />
      </div>
    </article>
  );
}

type Deed = 'ship' | 'refund' | 'restock' | 'cancel';

/** What can be done with the order as it is. The one that comes next is filled. */
function Deeds({ order, onChange }: { order: StaffOrder; onChange: () => void }) {
  const t = useOrderWords();
  const mayWrite = useMay()('orders.write');
  const [doing, setDoing] = useState<Deed | null>(null);
  const isPaid = order.state === 'paid' || order.state === 'refunded';
  const isDisputed = order.disputedAt !== null;
  const isInquiry = order.disputeState?.startsWith('warning_') ?? false;
  const canShip = (order.state === 'paid' || order.shippedAt !== null) && !isDisputed;
  const canRefund = isPaid && (!isDisputed || isInquiry) && order.refundedAmount < order.totalAmount;
  const canRestock = isPaid && order.lines.some((line) => line.restocked < line.quantity);
  const close = () => setDoing(null);
  const done = () => {
    close();
    onChange();
  };
  return (
    <div className={css.deeds}>
      {mayWrite && canShip && (
        <Button kind={order.shippedAt === null ? 'fill' : 'outline'} size="touch" onClick={() => setDoing('ship')}>
          <PackageCheck size={16} strokeWidth={2} aria-hidden />
          {order.shippedAt === null ? t.shipIt : t.correctIt}
        </Button>
      )}
      {mayWrite && canRefund && (
        <Button size="touch" onClick={() => setDoing('refund')}>
          {t.refundIt}
        </Button>
      )}
      {mayWrite && canRestock && (
        <Button size="touch" onClick={() => setDoing('restock')}>
          {t.restockIt}
        </Button>
      )}
      {mayWrite && order.state === 'pending' && (
        <Button kind="danger" size="touch" onClick={() => setDoing('cancel')}>
          {t.cancelIt}
        </Button>
      )}
      {isPaid && (
        <>
          <ButtonLink to={`/orders/${order.id}/slip`} size="touch" target="_blank">
            <FileText size={16} strokeWidth={2} aria-hidden />
            {t.slip}
          </ButtonLink>
          <ButtonLink to={`/orders/${order.id}/invoice`} size="touch" target="_blank">
            <FileText size={16} strokeWidth={2} aria-hidden />
            {t.invoice}
          </ButtonLink>
        </>
      )}
      {doing === 'ship' && <ShipDialog order={order} onDone={done} onClose={close} />}
      {doing === 'refund' && <RefundDialog order={order} onDone={done} onClose={close} />}
      {doing === 'restock' && <RestockDialog order={order} onDone={done} onClose={close} />}
      {doing === 'cancel' && <CancelDialog order={order} onDone={done} onClose={close} />}
    </div>
  );
}

function DisputeNotice({ order }: { order: StaffOrder }) {
  const t = useOrderWords();
  const { disputedAt, disputeState } = order;
  if (disputedAt === null || disputeState === null) return null;
  const what =
    disputeState === 'lost'
      ? t.lostWhat
      : disputeState.startsWith('warning_')
        ? t.inquiry
        : `${t.frozen}${t.frozenWhat}`;
  return (
    <div className={css.notice}>
      <Notice tone={disputeState === 'lost' ? 'info' : 'caution'}>
        <b>{t.disputeEvent(t[disputeState])}</b>
        <br />
        {what}
      </Notice>
    </div>
  );
}

function Facts({ order }: { order: StaffOrder }) {
  const t = useOrderWords();
  const list = useOrdersText();
  const mails = useMailText();
  const locale = useLocale();
  const { brand } = useSession();
  const when = (time: string) => formatDateTime(time, brand.timeZone);
  return (
    <dl className={css.facts}>
      <Fact name={t.shipTo}>
        <b lang={langOf(order.name)}>{list.person(order.name)}</b>
        <span lang={langOf(order.address.city)}>{addressLine(order.address, locale)}</span>
      </Fact>
      <Fact name={t.contact}>
        <a href={`mailto:${order.email}`}>{order.email}</a>
        <a href={`tel:${order.phone.replace(/[^+\d]/g, '')}`}>{order.phone}</a>
      </Fact>
      <Fact name={t.payment}>
        <span>
          {t[order.paymentMethod]}
          {order.state === 'pending' && order.payBy !== null && `　${t.payBy(when(order.payBy))}`}
        </span>
        {order.paymentIntentId && <code>{order.paymentIntentId}</code>}
      </Fact>
      {order.shipping && (
        <Fact name={t.parcel}>
          <span>{when(order.shipping.shippedAt)}</span>
          <span>
            {order.shipping.carrier} {order.shipping.trackingNumber || t.noTracking}
          </span>
        </Fact>
      )}
      <Fact name={t.show}>
        <Link to={`/insights/shows/${order.showId}`} lang={langOf(order.showTitle)}>
          {order.showTitle}
        </Link>
        <a href={order.statusUrl} target="_blank" rel="noreferrer">
          {t.buyerPage}
        </a>
      </Fact>
      {order.mails.length > 0 && (
        <Fact name={t.mails}>
          {order.mails.map((mail) => (
            <span key={mail.id} className={css.mail}>
              <Link to={`/mails/${mail.id}`}>{mails[mail.kind]}</Link>
              <MailStateTag mail={mail} />
            </span>
          ))}
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
