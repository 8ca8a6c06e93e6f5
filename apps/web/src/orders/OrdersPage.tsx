import { Download } from 'lucide-react';
import { Link, useSearchParams } from 'react-router';
import { ordersApi, ordersCsvPath, type OrderFilter, type OrderSummary } from '#contracts/orders';
import { formatDateTime, langOf, money, useLocale } from '../i18n.ts';
import { MoreBelow, useMore } from '../staff/MoreBelow.tsx';
import { staffCall, useSession } from '../staff/session.ts';
import { StaffFrame } from '../staff/StaffFrame.tsx';
import { useLoad } from '../staff/useLoad.ts';
import { buttonClass } from '../ui/Button.tsx';
import { EmptyState, ErrorState, Loading, Skeleton } from '../ui/states.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import { filterOf, viewOf, views, withField } from './order-filter.ts';
import { OrderFilters } from './OrderFilters.tsx';
import css from './OrdersPage.module.css';
import { OrderTags } from './OrderTags.tsx';
import { useOrdersText } from './texts.ts';

/** All orders of the brand, newest first. What is asked for stands in the address, so that it can be kept and sent. */
export default function OrdersPage() {
  const t = useOrdersText();
  const locale = useLocale();
  const [query, setQuery] = useSearchParams();
  const filter = filterOf(query);
  const file = `${ordersCsvPath}?${new URLSearchParams({ ...(filter as Record<string, string>), locale }).toString()}`;
  return (
    <StaffFrame title={t.title}>
      <header className={css.head}>
        <div>
          <h1>{t.title}</h1>
          <p>{t.lead}</p>
        </div>
        <a href={file} download className={buttonClass({ size: 'touch' })}>
          <Download size={16} strokeWidth={2} aria-hidden />
          {t.csv}
        </a>
      </header>
      <OrderFilters query={query} onChange={(next) => setQuery(next, { replace: true })} />
      <div className={css.tabs}>
        <Tabs
          label={t.filter}
          tabs={views.map((key) => ({ key, label: t[key] }))}
          selected={viewOf(query)}
          onSelect={(view) => setQuery(withField(query, 'view', view), { replace: true })}
          panelId="orders"
        />
      </div>
      <div id="orders" role="tabpanel" className={css.panel}>
        <Orders key={JSON.stringify(filter)} filter={filter} />
      </div>
    </StaffFrame>
  );
}

function Orders({ filter }: { filter: OrderFilter }) {
  const t = useOrdersText();
  const key = `orders ${JSON.stringify(filter)}`;
  const first = useLoad(key, (signal) => staffCall(ordersApi.list, filter, { signal }));
  const more = useMore(first.data?.next, async (after) => {
    const page = await staffCall(ordersApi.list, { ...filter, after });
    return { items: page.orders, next: page.next };
  });

  if (!first.data) {
    return first.error ? (
      <ErrorState title={t.failedTitle} error={first.error} onRetry={first.reload} />
    ) : (
      <Loading>
        {[0, 1, 2, 3].map((row) => (
          <Skeleton key={row} height={52} className={css.bone} />
        ))}
      </Loading>
    );
  }
  const orders = [...first.data.orders, ...more.items];
  if (orders.length === 0) {
    return Object.keys(filter).length > 0 ? (
      <EmptyState title={t.noneTitle} />
    ) : (
      <EmptyState title={t.emptyTitle}>{t.emptyBody}</EmptyState>
    );
  }
  return (
    <>
      <OrderTable orders={orders} />
      <MoreBelow more={more} />
    </>
  );
}

function OrderTable({ orders }: { orders: OrderSummary[] }) {
  const t = useOrdersText();
  return (
    <table className={css.table}>
      <thead>
        <tr>
          <th scope="col">{t.order}</th>
          <th scope="col">{t.buyer}</th>
          <th scope="col">{t.goods}</th>
          <th scope="col">{t.state}</th>
          <th scope="col">{t.total}</th>
        </tr>
      </thead>
      <tbody>
        {orders.map((order) => (
          <OrderRow key={order.id} order={order} />
        ))}
      </tbody>
    </table>
  );
}

function OrderRow({ order }: { order: OrderSummary }) {
  const t = useOrdersText();
  const { brand } = useSession();
  return (
    <tr>
      <td>
        <Link to={`/orders/${order.id}/manage`}>{order.number}</Link>
        <small>{formatDateTime(order.placedAt, brand.timeZone)}</small>
      </td>
      <td>
        <span lang={langOf(order.name)}>{t.person(order.name)}</span>
        <small>{order.email}</small>
      </td>
      <td>
        <span lang={langOf(order.firstProduct)}>
          {order.firstProduct}
          {order.lineCount > 1 && <span className={css.more}>{t.andMore(order.lineCount - 1)}</span>}
        </span>
        <small>{t.pieces(order.quantity)}</small>
      </td>
      <td>
        <span className={css.tags}>
          <OrderTags order={order} />
        </span>
      </td>
      <td>
        {money(order.totalAmount, order.currency)}
        <small>{t[order.paymentMethod]}</small>
      </td>
    </tr>
  );
}
