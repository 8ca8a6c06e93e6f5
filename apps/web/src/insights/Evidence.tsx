import type { ShowInsights } from '#contracts/insights';
import { formatNumber, money, useLocale } from '../i18n.ts';
import { ProductPicture } from '../ui/ProductPicture.tsx';
import { Def } from './Def.tsx';
import type { Metric } from './definitions.ts';
import { useInsightsText } from './insights-text.ts';
import css from './ShowInsights.module.css';
import { durationWords, percent } from './words.ts';

/** What each product did while it was shown, the best first. */
export function ProductTable({ figures }: { figures: ShowInsights }) {
  const t = useInsightsText();
  const locale = useLocale();
  const products = figures.products.toSorted((a, b) => b.netAmount - a.netAmount || b.pinnedSeconds - a.pinnedSeconds);
  return (
    <section aria-labelledby="by-product">
      <h2 id="by-product">{t.byProduct}</h2>
      {products.length === 0 ? (
        <p className={css.quiet}>{t.noProducts}</p>
      ) : (
        <table className={css.products}>
          <thead>
            <tr>
              <th scope="col">{t.product}</th>
              <th scope="col">{t.onScreen}</th>
              <th scope="col">{t.watched}</th>
              <th scope="col">{t.touched}</th>
              <th scope="col">{t.held}</th>
              <th scope="col">{t.bought}</th>
              <th scope="col">{t.units}</th>
              <th scope="col">
                <Def metric="netSales" />
              </th>
            </tr>
          </thead>
          <tbody>
            {products.map((product) => (
              <tr key={product.productId}>
                <th scope="row">
                  <span className={css.thing}>
                    <ProductPicture url={product.imageUrl} alt="" size={32} className={css.picture} />
                    {product.name}
                  </span>
                </th>
                <td data-label={t.onScreen}>
                  {product.pinnedSeconds > 0 ? durationWords(product.pinnedSeconds, locale) : t.noFigure}
                </td>
                <td data-label={t.watched}>{formatNumber(product.viewers)}</td>
                <td data-label={t.touched}>{formatNumber(product.clickers)}</td>
                <td data-label={t.held}>{formatNumber(product.holds)}</td>
                <td data-label={t.bought}>{formatNumber(product.orders)}</td>
                <td data-label={t.units}>{formatNumber(product.units)}</td>
                <td className={css.amount}>{money(product.netAmount, figures.show.currency)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** People from watching to buying; each share is of the step before. */
export function Funnel({ figures }: { figures: ShowInsights }) {
  const t = useInsightsText();
  useLocale();
  const steps = [
    { name: t.stepWatched, people: figures.viewers },
    { name: t.stepTouched, people: figures.clickers },
    { name: t.stepHeld, people: figures.holders },
    { name: t.stepBought, people: figures.buyers },
  ];
  const most = Math.max(1, ...steps.map((step) => step.people));
  return (
    <section aria-labelledby="funnel">
      <h2 id="funnel">
        <Def metric="funnel" />
      </h2>
      <ol className={css.funnel}>
        {steps.map(({ name, people }, index) => {
          const before = index > 0 ? (steps[index - 1]?.people ?? 0) : 0;
          const share = before > 0 ? percent(people / before) : t.noFigure;
          return (
            <li key={name}>
              <span>{name}</span>
              <span className={css.bar} aria-hidden="true">
                <i style={{ width: `${(people / most) * 100}%` }} />
              </span>
              <b>{t.peopleCount(formatNumber(people))}</b>
              <span className={css.share} aria-label={index > 0 ? t.ofBefore(share) : undefined}>
                {index > 0 ? share : ''}
              </span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** How much was said and done besides buying. */
export function Activity({ figures }: { figures: ShowInsights }) {
  const t = useInsightsText();
  useLocale();
  const rows: { metric: Metric; value: string; below?: string }[] = [
    {
      metric: 'messages',
      value: t.orderCount(formatNumber(figures.messages)),
      below: t.by(formatNumber(figures.chatters)),
    },
    { metric: 'hearts', value: t.timesCount(formatNumber(figures.hearts)) },
    {
      metric: 'clicks',
      value: t.timesCount(formatNumber(figures.productClicks)),
      below: t.by(formatNumber(figures.clickers)),
    },
    { metric: 'holds', value: t.timesCount(formatNumber(figures.holds)), below: t.by(formatNumber(figures.holders)) },
    { metric: 'ordersPerClick', value: percent(figures.ordersPerClick) },
    { metric: 'engagement', value: percent(figures.engagementRate) },
  ];
  return (
    <section aria-labelledby="activity">
      <h2 id="activity">{t.activity}</h2>
      <dl className={css.activity}>
        {rows.map(({ metric, value, below }) => (
          <div key={metric}>
            <dt>
              <Def metric={metric} />
            </dt>
            <dd>
              {below && <span>{below}</span>}
              <b>{value}</b>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
