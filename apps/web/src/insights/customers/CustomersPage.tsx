import { Download } from 'lucide-react';
import { useSearchParams } from 'react-router';
import { customersApi, customersCsvPath } from '#contracts/customers';
import { formatNumber, useLocale } from '../../i18n.ts';
import { MoreBelow, useMore } from '../../staff/MoreBelow.tsx';
import { staffCall, useMay } from '../../staff/session.ts';

import { useLoad } from '../../staff/useLoad.ts';
import { buttonClass } from '../../ui/Button.tsx';
import { EmptyState, ErrorState, Loading, Skeleton } from '../../ui/states.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { Definitions } from '../Def.tsx';
import { customerMetrics } from '../definitions.ts';
import { InsightsFrame } from '../InsightsFrame.tsx';
import { askedOf, isEmpty, queryOf, views, withMetric, type Asked } from './customer-filter.ts';
import { Cohorts } from './Cohorts.tsx';
import { CustomerFilters } from './CustomerFilters.tsx';
import css from './Customers.module.css';
import { CustomerTable } from './CustomerTable.tsx';
import { RfmGrid } from './RfmGrid.tsx';
import { Segments } from './Segments.tsx';
import { useCustomersText } from './texts.ts';

/** All persons of the brand, as a list, a grid and by months. What is asked for stands in the address. */
export default function CustomersPage() {
  const t = useCustomersText();
  return (
    <InsightsFrame title={t.title}>
      <Customers />
      <Definitions metrics={customerMetrics} />
    </InsightsFrame>
  );
}

function Customers() {
  const t = useCustomersText();
  const locale = useLocale();
  const mayDo = useMay();
  const [query, setQuery] = useSearchParams();
  const asked = askedOf(query);
  const { filter, sort, order, view } = asked;
  const ask = (change: Partial<Asked>) => setQuery(queryOf({ ...asked, ...change }), { replace: true });
  const file = new URLSearchParams({ filter: JSON.stringify(filter), sort, order, locale }).toString();
  return (
    <>
      <header className={css.head}>
        <div>
          <h1>{t.title}</h1>
          <p>{t.lead}</p>
        </div>
        {mayDo('people.read') && (
          <a href={`${customersCsvPath}?${file}`} download className={buttonClass({ size: 'touch' })}>
            <Download size={16} strokeWidth={2} aria-hidden />
            {t.csv}
          </a>
        )}
      </header>
      <Tabs
        label={t.view}
        tabs={views.map((key) => ({ key, label: t[key] }))}
        selected={view}
        onSelect={(next) => ask({ view: next })}
        panelId="customers"
      />
      <div id="customers" role="tabpanel" className={css.panel}>
        {view === 'cohorts' ? (
          <Cohorts />
        ) : (
          <>
            <Segments filter={filter} onChoose={(chosen) => ask({ filter: chosen })} />
            <CustomerFilters filter={filter} onChange={(next) => ask({ filter: next })} />
            {view === 'list' ? (
              <List key={JSON.stringify([filter, sort, order])} asked={asked} onSort={ask} />
            ) : (
              <RfmGrid
                filter={filter}
                onChoose={(r, f) =>
                  ask({
                    view: 'list',
                    filter: withMetric(withMetric(filter, 'r', { min: r, max: r }), 'f', { min: f, max: f }),
                  })
                }
              />
            )}
          </>
        )}
      </div>
    </>
  );
}

function List({ asked, onSort }: { asked: Asked; onSort: (change: Pick<Asked, 'sort' | 'order'>) => void }) {
  const t = useCustomersText();
  const { sort, order } = asked;
  const filter = JSON.stringify(asked.filter);
  const first = useLoad(`customers ${filter} ${sort} ${order}`, (signal) =>
    staffCall(customersApi.list, { filter, sort, order }, { signal }),
  );
  const more = useMore(first.data?.next, async (after) => {
    const page = await staffCall(customersApi.list, { filter, sort, order, after });
    return { items: page.customers, next: page.next };
  });
  if (!first.data) {
    return first.error ? (
      <ErrorState title={t.failedTitle} error={first.error} onRetry={first.reload} />
    ) : (
      <Loading>
        {[0, 1, 2, 3, 4].map((row) => (
          <Skeleton key={row} height={52} className={css.bone} />
        ))}
      </Loading>
    );
  }
  if (first.data.customers.length === 0) {
    return isEmpty(asked.filter) ? (
      <EmptyState title={t.emptyTitle}>{t.emptyBody}</EmptyState>
    ) : (
      <EmptyState title={t.noneTitle} />
    );
  }
  return (
    <>
      <p className={css.found} role="status">
        {t.found(formatNumber(first.data.total))}
      </p>
      <CustomerTable customers={[...first.data.customers, ...more.items]} sort={sort} order={order} onSort={onSort} />
      <MoreBelow more={more} />
    </>
  );
}
