import type { Locale } from '#contracts/ids';
import type { Overview, OverviewFigures, Ratio } from '#contracts/overview';
import { formatNumber, money } from '../../i18n.ts';
import type { Metric } from '../definitions.ts';
import { change, durationWords, percent } from '../words.ts';
import type { useOverviewText } from './texts.ts';

type Words = ReturnType<typeof useOverviewText>;

/** A figure with the words around it. */
export interface Shown {
  metric: Metric;
  /** In the place of the definition's own name. */
  name?: string;
  value: string;
  /** What it was divided from, or why there is none. */
  of: string | null;
  /** Against the period before; null without a comparison. */
  since: string | null;
}

export interface Group {
  title: string;
  figures: Shown[];
  after?: 'curve';
}

/** The most important six, in large. */
export function tiles(overview: Overview, compared: boolean, t: Words, locale: Locale): Shown[] {
  const { netSales, f2, retention, churn, sessions, forecast } = parts(overview, compared, t, locale);
  return [netSales, forecast, f2[0]!, retention, churn, sessions];
}

/** All figures, by the question that they answer. */
export function figureGroups(overview: Overview, compared: boolean, t: Words, locale: Locale): Group[] {
  const p = parts(overview, compared, t, locale);
  return [
    {
      title: t.comeBack,
      figures: [...p.f2, p.repeatCumulative, p.repeaterShare, p.retention, p.churn, p.churnModel],
      after: 'curve',
    },
    {
      title: t.watch,
      figures: [
        ...[p.sessions, p.shows, p.viewers, p.watch, p.watchPerView, p.watchPerViewer, p.engagement],
        ...[p.ctr, p.uniqueCtr, p.conversion, p.ordersPerClick],
      ],
    },
    {
      title: t.buy,
      figures: [p.netSales, p.gmv, p.orders, p.aov, p.newBuyers, p.returningBuyers, ...p.margin, p.forecast],
    },
    { title: t.say, figures: [p.csat, p.nps, p.referrers, p.referredOrders] },
  ];
}

function parts({ now, before, currency, marginBp }: Overview, compared: boolean, t: Words, locale: Locale) {
  const n = (value: number) => formatNumber(value);
  const yen = (value: number) => money(Math.round(value), currency);
  const points = (difference: number) => t.points({ n: formatNumber(difference * 100, { maximumFractionDigits: 1 }) });
  const decimal = (value: number) => formatNumber(value, { maximumFractionDigits: 2 });
  const time = (seconds: number) => durationWords(seconds, locale);
  type Value = (figures: OverviewFigures) => number | null;

  const than = (of: Value, difference: (value: number) => string): string | null => {
    if (!compared) return null;
    const said = change(of(now), of(before), difference);
    return said === null ? null : said.startsWith('±') ? t.unchanged : t.than({ difference: said });
  };
  const shown = (
    metric: Metric,
    of: Value,
    format: (value: number) => string,
    more: { name?: string; of?: string | null; difference?: (value: number) => string } = {},
  ): Shown => {
    const value = of(now);
    return {
      metric,
      ...(more.name && { name: more.name }),
      value: value === null ? '—' : format(value),
      of: more.of ?? null,
      since: than(of, more.difference ?? format),
    };
  };
  const rate = (
    metric: Metric,
    of: (figures: OverviewFigures) => Ratio,
    more: { name?: string; format?: (value: number) => string; parts?: (value: number) => string; of?: string } = {},
  ): Shown => {
    const { part, whole, value } = of(now);
    const words = more.parts ?? n;
    return shown(metric, (figures) => of(figures).value, more.format ?? percent, {
      ...(more.name && { name: more.name }),
      of: value === null ? t.nobodyYet : (more.of ?? t.partOf({ part: words(part), whole: n(whole) })),
      difference: more.format ?? points,
    });
  };
  const people = (metric: Metric, of: (figures: OverviewFigures) => number, name?: string) =>
    shown(metric, of, (value) => t.people({ n: n(value) }), { ...(name && { name }) });

  const { retention, nps } = now;
  return {
    netSales: shown('netSales', ({ netAmount }) => netAmount, yen),
    gmv: shown('gmv', ({ gmvAmount }) => gmvAmount, yen),
    orders: shown(
      'orders',
      ({ orders }) => orders,
      (value) => t.orderCount({ n: n(value) }),
    ),
    aov: rate('aov', ({ aov }) => aov, { format: yen, parts: yen }),
    newBuyers: people('newReturning', ({ newBuyers }) => newBuyers, t.newBuyers),
    returningBuyers: people('newReturning', ({ returningBuyers }) => returningBuyers, t.returningBuyers),
    margin: marginBp === null ? [] : [rate('valueMargin', ({ margin }) => margin!, { format: yen, parts: yen })],
    forecast: shown('valueForecast', ({ forecast }) => forecast?.value ?? null, yen, {
      of: now.forecast ? t.partOf({ part: yen(now.forecast.part), whole: n(now.forecast.whole) }) : t.notEnough,
    }),
    f2: now.f2.map(({ days }, index) =>
      rate('f2', (figures) => figures.f2[index]!.ratio, { name: t.f2Days({ n: n(days) }) }),
    ),
    repeatCumulative: rate('repeatCumulative', (figures) => figures.repeatCumulative),
    repeaterShare: rate('repeaterShare', (figures) => figures.repeaterShare),
    retention: rate('retention', (figures) => figures.retention.ratio, {
      of: t.retained({ end: n(retention.atEnd), gained: n(retention.gained), start: n(retention.atStart) }),
    }),
    churn: rate('churn', (figures) => figures.churn),
    churnModel: shown('churnModel', ({ churnByModel }) => churnByModel, percent, {
      of: now.churnByModel === null ? t.notEnough : null,
      difference: points,
    }),
    sessions: rate('visitFrequency', ({ sessions }) => sessions, {
      format: (value) => t.times({ n: decimal(value) }),
    }),
    shows: rate('showsJoined', ({ showsJoined }) => showsJoined, { format: decimal }),
    viewers: people('viewers', ({ viewers }) => viewers),
    watch: shown('watchTime', ({ watchSeconds }) => watchSeconds, time, { name: t.watchTotal }),
    watchPerView: rate('watchPerView', ({ watchPerView }) => watchPerView, { format: time, parts: time }),
    watchPerViewer: rate('averageWatch', ({ watchPerViewer }) => watchPerViewer, { format: time, parts: time }),
    engagement: rate('engagement', ({ engagement }) => engagement),
    ctr: rate('productCtr', ({ ctr }) => ctr),
    uniqueCtr: rate('productUniqueCtr', ({ uniqueCtr }) => uniqueCtr),
    conversion: rate('conversion', ({ conversion }) => conversion),
    ordersPerClick: rate('ordersPerClick', ({ ordersPerClick }) => ordersPerClick),
    csat: rate('csat', ({ csat }) => csat),
    nps: shown(
      'nps',
      (figures) => figures.nps.ratio.value,
      (value) => formatNumber(Math.round(value * 100)),
      {
        of:
          nps.ratio.value === null
            ? t.nobodyYet
            : `(${n(nps.promoters)} − ${n(nps.detractors)}) ÷ ${n(nps.ratio.whole)}`,
      },
    ),
    referrers: rate('customerReferralRate', ({ referrers }) => referrers),
    referredOrders: rate('orderReferralRate', ({ referredOrders }) => referredOrders),
  };
}
