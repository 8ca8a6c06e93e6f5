import { ArrowDown, ArrowUp } from 'lucide-react';
import { Link } from 'react-router';
import type { CustomerSort, CustomerSummary } from '#contracts/customers';
import { formatDate, formatNumber, langOf, money, useLocale } from '../../i18n.ts';
import { useSession } from '../../staff/session.ts';
import { Tag } from '../../ui/Tag.tsx';
import type { Asked } from './customer-filter.ts';
import { stageTones, useCustomerWords, watchWords } from './customer-words.ts';
import css from './Customers.module.css';
import { useCustomersText } from './texts.ts';

interface CustomerTableProps {
  customers: CustomerSummary[];
  sort: CustomerSort;
  order: 'asc' | 'desc';
  onSort: (change: Pick<Asked, 'sort' | 'order'>) => void;
}

const sortable = [
  'name',
  'lastSeenAt',
  'orders',
  'netAmount',
  'r',
  'watchSeconds',
  'engagementScore',
  'predictedAmount',
] as const;

export function CustomerTable({ customers, sort, order, onSort }: CustomerTableProps) {
  const t = useCustomersText();
  const names = {
    name: t.name,
    lastSeenAt: t.lastSeen,
    orders: t.ordersCell,
    netAmount: t.net,
    r: t.rfmCell,
    watchSeconds: t.watched,
    engagementScore: t.score,
    predictedAmount: t.predicted,
  };
  const Arrow = order === 'asc' ? ArrowUp : ArrowDown;
  return (
    <table className={css.table}>
      <thead>
        <tr>
          {sortable.map((key) => (
            <th
              key={key}
              scope="col"
              aria-sort={key === sort ? (order === 'asc' ? 'ascending' : 'descending') : undefined}
            >
              <button
                type="button"
                title={t.sortBy(names[key])}
                onClick={() => onSort({ sort: key, order: nextOrder(key, sort, order) })}
              >
                {names[key]}
                {key === sort && <Arrow size={14} strokeWidth={2.2} aria-hidden />}
              </button>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {customers.map((customer) => (
          <CustomerRow key={customer.id} customer={customer} names={names} />
        ))}
      </tbody>
    </table>
  );
}

/** A name is first read from its beginning; of a figure the greatest comes first. */
function nextOrder(key: CustomerSort, sort: CustomerSort, order: 'asc' | 'desc'): 'asc' | 'desc' {
  if (key !== sort) return key === 'name' ? 'asc' : 'desc';
  return order === 'asc' ? 'desc' : 'asc';
}

function CustomerRow({
  customer,
  names,
}: {
  customer: CustomerSummary;
  names: Record<(typeof sortable)[number], string>;
}) {
  const t = useCustomersText();
  const words = useCustomerWords();
  const { brand } = useSession();
  useLocale();
  const { name, email, stage, orders, netAmount, r, f, m, predictedAmount, isGuest, lastSeenAt } = customer;
  return (
    <tr>
      <td>
        <Link to={`/insights/customers/${customer.id}`} lang={langOf(name)}>
          {name ? words.person(name) : (email ?? words.nobody)}
        </Link>
        <span className={css.under}>
          <Tag tone={stageTones[stage]}>{words[stage]}</Tag>
          {isGuest && <Tag tone="line">{t.guest}</Tag>}
          {name !== '' && email !== null && <small>{email}</small>}
        </span>
      </td>
      <td data-label={names.lastSeenAt}>{lastSeenAt ? formatDate(lastSeenAt, brand.timeZone) : t.none}</td>
      <td data-label={names.orders}>{formatNumber(orders)}</td>
      <td data-label={names.netAmount}>{orders > 0 ? money(netAmount, brand.currency) : t.none}</td>
      <td data-label={names.r}>{r === null ? t.none : `${r}・${f}・${m}`}</td>
      <td data-label={names.watchSeconds}>
        {customer.watchSeconds > 0 ? watchWords(words, customer.watchSeconds, formatNumber) : t.none}
      </td>
      <td data-label={names.engagementScore}>
        {formatNumber(customer.engagementScore, { maximumFractionDigits: 1, minimumFractionDigits: 1 })}
      </td>
      <td data-label={names.predictedAmount}>
        {predictedAmount === null ? t.none : money(predictedAmount, brand.currency)}
      </td>
    </tr>
  );
}
