import type { SalesFigures } from '#contracts/room';
import type { Currency } from '#contracts/money';
import { formatNumber, money } from '../i18n.ts';
import css from './Figures.module.css';
import { useStudioText } from './texts.ts';

interface FiguresProps {
  people: number;
  peak: number;
  sales: SalesFigures | null;
  currency: Currency;
}

export function Figures({ people, peak, sales, currency }: FiguresProps) {
  const t = useStudioText();
  return (
    <dl className={css.figures}>
      <div>
        <dt>{t.people}</dt>
        <dd data-testid="studio-people">
          {formatNumber(people)}
          {peak > people && <small>{t.peak(peak)}</small>}
        </dd>
      </div>
      <div>
        <dt>{t.netSales}</dt>
        <dd data-testid="studio-net-sales">{sales ? money(sales.netAmount, currency) : '—'}</dd>
      </div>
      <div>
        <dt>{t.orders}</dt>
        <dd data-testid="studio-orders">{sales ? formatNumber(sales.orders) : '—'}</dd>
      </div>
    </dl>
  );
}
