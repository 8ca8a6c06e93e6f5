import type { Sale } from '#contracts/room';
import type { Currency } from '#contracts/money';
import { formatTime, money, useLocale } from '../i18n.ts';
import { useNow } from '../clock.ts';
import css from './Sales.module.css';
import { useStudioText } from './texts.ts';

const NEW_MS = 60_000;

interface SalesProps {
  sales: Sale[];
  currency: Currency;
  timeZone: string;
  /** Opens beside the studio: a broadcast must not end by a link. Absent for whoever may not read it. */
  allHref: string | undefined;
}

/** Paid orders, the newest first; a sale of the last minute is shu. */
export function Sales({ sales, currency, timeZone, allHref }: SalesProps) {
  const t = useStudioText();
  const ja = useLocale() === 'ja';
  const now = useNow(5_000);
  const what = (sale: Sale) =>
    sale.lines
      .map((line) => [line.name, line.variant, line.quantity].filter((part) => part !== '').join(' '))
      .join(ja ? '・' : ', ');
  return (
    <section className={css.sales}>
      <h2>
        {t.sold}
        {allHref && (
          <a href={allHref} target="_blank" rel="noreferrer">
            {t.allOrders}
          </a>
        )}
      </h2>
      {sales.length === 0 && <p>{t.noSales}</p>}
      <ol aria-live="polite" aria-relevant="additions">
        {sales.map((sale) => (
          <li key={sale.orderId} data-new={now - Date.parse(sale.at) < NEW_MS ? '' : undefined}>
            <time>{formatTime(sale.at, timeZone)}</time>
            <span>
              {t.sale(sale.name)}　{what(sale)}
            </span>
            <b>{money(sale.totalAmount, currency)}</b>
          </li>
        ))}
      </ol>
    </section>
  );
}
