import type { SalesFigures } from '#contracts/room';
import type { PublicShow } from '#contracts/shows';
import { formatDuration, money } from '../i18n.ts';
import { useMay } from '../staff/session.ts';
import { ButtonLink } from '../ui/ButtonLink.tsx';
import css from './Summary.module.css';
import { useStudioText } from './texts.ts';

/** After the end: what the evening was, and where the rest is to be read. */
export function Summary({ show, sales, peak }: { show: PublicShow; sales: SalesFigures | null; peak: number }) {
  const t = useStudioText();
  const mayRead = useMay()('insights.read');
  const seconds =
    show.liveSince && show.endedAt ? (Date.parse(show.endedAt) - Date.parse(show.liveSince)) / 1000 : null;
  return (
    <section className={css.summary}>
      <h2>{t.summary}</h2>
      <p>{t.summaryBody}</p>
      <dl>
        <div>
          <dt>{t.netSales}</dt>
          <dd>{sales ? money(sales.netAmount, show.brand.currency) : '—'}</dd>
        </div>
        <div>
          <dt>{t.orders}</dt>
          <dd>{sales ? t.orderCount(sales.orders) : '—'}</dd>
        </div>
        <div>
          <dt>{t.mostPeople}</dt>
          <dd>{t.peopleCount(peak)}</dd>
        </div>
        <div>
          <dt>{t.duration}</dt>
          <dd>{seconds === null ? '—' : formatDuration(seconds)}</dd>
        </div>
      </dl>
      {mayRead && (
        <ButtonLink kind="fill" size="touch" to={`/insights/shows/${show.id}`}>
          {t.insights}
        </ButtonLink>
      )}
    </section>
  );
}
