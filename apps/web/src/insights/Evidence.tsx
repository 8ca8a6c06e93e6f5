import type { ShowInsights } from '#contracts/insights';
import { formatNumber, money, useLocale } from '../i18n.ts';
import { ProductPicture } from '../ui/ProductPicture.tsx';
import { Funnel } from './charts/index.ts';
import { Def } from './Def.tsx';
import type { Metric } from './definitions.ts';
import { useInsightsText } from './insights-text.ts';
import css from './ShowInsights.module.css';
import { durationWords, percent } from './words.ts';

type Step = ShowInsights['funnel']['steps'][number]['step'];

/** People from coming to buying again. */
export function ShowFunnel({ figures }: { figures: ShowInsights }) {
  const t = useInsightsText();
  useLocale();
  const names: Record<Step, string> = {
    ...{ came: t.came, joined: t.joined, watched: t.watchedMinute, clicked: t.clicked },
    ...{ held: t.heldStep, ordered: t.boughtStep, again: t.again },
  };
  const { steps, windowDays } = figures.funnel;
  return (
    <Funnel
      title={<Def metric="funnel" />}
      csvName={t.csvFunnel(figures.show.slug)}
      format={(people) => t.peopleCount(formatNumber(people))}
      steps={steps.map(({ step, people }) => ({
        name: names[step],
        people,
        ...(step === 'again' && { note: t.againNote(formatNumber(windowDays)) }),
      }))}
    />
  );
}

interface Row {
  metric: Metric;
  value: string;
  below?: string;
}

function Rows({ id, title, rows }: { id: string; title: string; rows: Row[] }) {
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
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

/** Who watched, on how many devices, and for how long. */
export function Audience({ figures }: { figures: ShowInsights }) {
  const t = useInsightsText();
  const locale = useLocale();
  const perView = figures.watchSecondsPerView;
  const returning = figures.buyers - figures.newBuyers;
  return (
    <Rows
      id="audience"
      title={t.visits}
      rows={[
        { metric: 'devices', value: formatNumber(figures.devices) },
        { metric: 'returningViewers', value: t.peopleCount(formatNumber(figures.returningViewers)) },
        { metric: 'peak', value: t.peopleCount(formatNumber(figures.viewersPeak)) },
        {
          metric: 'viewLength',
          value: perView === null ? t.noFigure : durationWords(perView, locale),
          below: t.viewCount(formatNumber(figures.views)),
        },
        { metric: 'newBuyers', value: t.newOf(formatNumber(figures.newBuyers), formatNumber(returning)) },
      ]}
    />
  );
}

/** How much was said and done besides buying. */
export function Activity({ figures }: { figures: ShowInsights }) {
  const t = useInsightsText();
  useLocale();
  return (
    <Rows
      id="activity"
      title={t.activity}
      rows={[
        {
          metric: 'messages',
          value: t.orderCount(formatNumber(figures.messages)),
          below: t.by(formatNumber(figures.chatters)),
        },
        { metric: 'hearts', value: t.timesCount(formatNumber(figures.hearts)) },
        { metric: 'impressions', value: t.timesCount(formatNumber(figures.impressions)) },
        {
          metric: 'clicks',
          value: t.timesCount(formatNumber(figures.productClicks)),
          below: t.by(formatNumber(figures.clickers)),
        },
        {
          metric: 'productCtr',
          value: percent(figures.clickRate),
          below: t.byPersons(percent(figures.clickRatePersons)),
        },
        {
          metric: 'holds',
          value: t.timesCount(formatNumber(figures.holds)),
          below: t.by(formatNumber(figures.holders)),
        },
        { metric: 'ordersPerClick', value: percent(figures.ordersPerClick) },
        { metric: 'engagement', value: percent(figures.engagementRate) },
      ]}
    />
  );
}

/** What led to the orders, with both windows stated, and what went back. */
export function Credits({ figures }: { figures: ShowInsights }) {
  const t = useInsightsText();
  useLocale();
  const { credit, orders, netAmount, gmvAmount, show } = figures;
  const row = (count: number, amount: number) =>
    t.creditRow(t.orderCount(formatNumber(count)), money(amount, show.currency));
  const rows = [
    { name: t.direct(formatNumber(credit.clickDays)), value: row(credit.directOrders, credit.directAmount) },
    { name: t.influenced(formatNumber(credit.viewDays)), value: row(credit.influencedOrders, credit.influencedAmount) },
    {
      name: t.neither,
      value: row(
        orders - credit.directOrders - credit.influencedOrders,
        netAmount - credit.directAmount - credit.influencedAmount,
      ),
    },
  ];
  return (
    <section aria-labelledby="credit">
      <h2 id="credit">
        <Def metric="attribution" />
      </h2>
      <dl className={css.activity}>
        {rows.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <b>{value}</b>
            </dd>
          </div>
        ))}
        <div>
          <dt>
            <Def metric="refunds" />
          </dt>
          <dd>
            <span>{t.returnedOf(t.orderCount(formatNumber(figures.refundedOrders)))}</span>
            <b>{money(gmvAmount - netAmount, show.currency)}</b>
          </dd>
        </div>
      </dl>
    </section>
  );
}

export function Thing({ name, imageUrl }: { name: string; imageUrl: string | null }) {
  return (
    <span className={css.thing}>
      <ProductPicture url={imageUrl} alt="" size={32} className={css.picture} />
      {name}
    </span>
  );
}
