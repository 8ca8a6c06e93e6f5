import type { ReactNode } from 'react';
import type { ShowInsights } from '#contracts/insights';
import { formatNumber, money, useLocale } from '../i18n.ts';
import { Def } from './Def.tsx';
import type { Metric } from './definitions.ts';
import { useInsightsText } from './insights-text.ts';
import css from './ShowInsights.module.css';
import { change, durationWords, percent } from './words.ts';

interface Tile {
  metric: Metric;
  value: string;
  /** More or less than last time when the show is over, else what stands behind the figure. */
  below: ReactNode;
}

/** Six ruled figures. Once a show is over they are held against the one before it. */
export function Tiles({ figures, previous }: { figures: ShowInsights; previous: ShowInsights | null }) {
  const t = useInsightsText();
  return (
    <dl className={css.tiles} aria-label={t.figures}>
      {useTiles(figures, previous).map(({ metric, value, below }) => (
        <div key={metric}>
          <dt>
            <Def metric={metric} />
          </dt>
          <dd>{value}</dd>
          <dd className={css.below}>{below}</dd>
        </div>
      ))}
    </dl>
  );
}

function useTiles(figures: ShowInsights, previous: ShowInsights | null): Tile[] {
  const t = useInsightsText();
  const locale = useLocale();
  const { show, netAmount, gmvAmount, orders } = figures;
  const yen = (amount: number) => money(amount, show.currency);
  const last = show.state === 'ended' && previous?.show.currency === show.currency ? previous : null;
  const since = (difference: string | null, otherwise: string) => (difference ? t.sinceLast(difference) : otherwise);
  const relative = (now: number, before: number | undefined) =>
    before ? change(now / before, 1, (share) => percent(share)) : null;
  const returned = gmvAmount - netAmount;
  const viewers = formatNumber(figures.viewers);
  const peak = formatNumber(figures.viewersPeak);
  const live = show.state === 'live';
  return [
    {
      metric: 'netSales',
      value: yen(netAmount),
      below: since(
        relative(netAmount, last?.netAmount),
        orders > 0 ? t.perOrder(yen(Math.round(netAmount / orders))) : '',
      ),
    },
    {
      metric: 'gmv',
      value: yen(gmvAmount),
      below: since(relative(gmvAmount, last?.gmvAmount), returned > 0 ? t.returned(yen(returned)) : t.noReturns),
    },
    {
      metric: 'orders',
      value: t.orderCount(formatNumber(orders)),
      below: since(
        change(orders, last?.orders, (difference) => t.orderCount(formatNumber(difference))),
        t.fromHolds(formatNumber(figures.holds)),
      ),
    },
    {
      metric: 'conversion',
      value: percent(figures.conversion),
      below:
        figures.conversion === null
          ? t.noViewersYet
          : since(
              change(figures.conversion, last?.conversion, (difference) =>
                t.points(formatNumber(difference * 100, { maximumFractionDigits: 1 })),
              ),
              t.buyersOf(formatNumber(figures.buyers)),
            ),
    },
    {
      metric: 'viewers',
      value: t.peopleCount(viewers),
      below: live
        ? t.nowAndPeak(formatNumber(figures.viewersNow), peak)
        : since(
            change(figures.viewers, last?.viewers, (difference) => t.peopleCount(formatNumber(difference))),
            t.peakOnly(peak),
          ),
    },
    {
      metric: 'averageWatch',
      value: figures.averageWatchSeconds === null ? t.noFigure : durationWords(figures.averageWatchSeconds, locale),
      below:
        figures.averageWatchSeconds === null
          ? t.noViewersYet
          : since(
              change(figures.averageWatchSeconds, last?.averageWatchSeconds, (seconds) =>
                durationWords(seconds, locale),
              ),
              t.watchTotal(durationWords(figures.watchSeconds, locale)),
            ),
    },
  ];
}
