import { useState } from 'react';
import { viewerAccountApi, type MyOrder } from '#contracts/viewer-account';
import { call, guest } from '../api.ts';
import { formatDateTime, money } from '../i18n.ts';
import { useLoad } from '../staff/useLoad.ts';
import { Button } from '../ui/Button.tsx';
import { ProductPicture } from '../ui/ProductPicture.tsx';
import { ErrorState, Loading, Skeleton } from '../ui/states.tsx';
import { Tag } from '../ui/Tag.tsx';
import css from './Account.module.css';
import { useViewerText } from './texts.ts';

/** Of all devices when signed in, else of this browser. */
export function MyOrders({ brandId, newTab }: { brandId: string; newTab: boolean }) {
  const t = useViewerText();
  const [more, setMore] = useState<{ orders: MyOrder[]; next: string | null } | null>(null);
  const { data, error, reload } = useLoad(brandId, async (signal) => {
    await guest();
    return call(viewerAccountApi.orders, { brandId }, { signal });
  });
  if (error) return <ErrorState title={t.failed} error={error} onRetry={reload} />;
  if (!data) {
    return (
      <Loading>
        <Skeleton height={64} />
      </Loading>
    );
  }
  const orders = [...data.orders, ...(more?.orders ?? [])];
  const next = more ? more.next : data.next;
  if (orders.length === 0) return <p className={css.none}>{t.noOrders}</p>;
  return (
    <>
      <ul className={css.orders}>
        {orders.map((order) => (
          <li key={order.id}>
            <a href={order.statusUrl} {...(newTab && { target: '_blank', rel: 'noopener' })}>
              <ProductPicture url={order.imageUrl} alt="" size={56} className={css.picture} />
              <span>
                <b>
                  {order.lineCount > 1
                    ? t.andMore({ name: order.firstProduct, others: order.lineCount - 1 })
                    : order.firstProduct}
                </b>
                <small>
                  <time dateTime={order.placedAt}>{formatDateTime(order.placedAt)}</time>
                </small>
                <small>{t.number({ number: order.number })}</small>
              </span>
              <span className={css.sum}>
                <b>{money(order.totalAmount, order.currency)}</b>
                <StateTag order={order} />
              </span>
            </a>
          </li>
        ))}
      </ul>
      {next !== null && (
        <Button
          wide
          size="touch"
          onClick={() =>
            void call(viewerAccountApi.orders, { brandId, after: next }).then((page) =>
              setMore({ orders: [...(more?.orders ?? []), ...page.orders], next: page.next }),
            )
          }
        >
          {t.more}
        </Button>
      )}
    </>
  );
}

function StateTag({ order: { state, shippedAt } }: { order: MyOrder }) {
  const t = useViewerText();
  switch (state) {
    case 'paid':
      return shippedAt === null ? <Tag tone="ai">{t.preparing}</Tag> : <Tag tone="matsu">{t.shipped}</Tag>;
    case 'pending':
      return <Tag tone="line">{t.pending}</Tag>;
    case 'refunded':
      return <Tag>{t.refunded}</Tag>;
    case 'canceled':
      return <Tag>{t.canceled}</Tag>;
  }
}
