import { BookOpen, ExternalLink, Radio } from 'lucide-react';
import { Link, useParams } from 'react-router';
import type { ShowInsights } from '#contracts/insights';
import { formatDateTime, formatTime, useLocale } from '../i18n.ts';
import { InsightsFrame } from './InsightsFrame.tsx';
import { ErrorState, Loading, Notice, Skeleton } from '../ui/states.tsx';
import { OnAirBadge } from '../ui/OnAirBadge.tsx';
import { headline } from './answer.ts';
import { ChartSection } from './ChartSection.tsx';
import { Def, Definitions } from './Def.tsx';
import type { Metric } from './definitions.ts';
import { Activity, Audience, Credits, ShowFunnel } from './Evidence.tsx';
import { useInsightsText } from './insights-text.ts';
import { ProductTables } from './ProductTables.tsx';
import css from './ShowInsights.module.css';
import { ReplayCurve } from './ReplayCurve.tsx';
import { ReplayNote } from './ReplayNote.tsx';
import { Tiles } from './Tiles.tsx';
import { usePreviousShow, useShowCurve, useShowFigures } from './useShowFigures.ts';
import { leadOf } from './words.ts';

const defined: readonly Metric[] = [
  ...(['netSales', 'gmv', 'refunds', 'orders', 'aov', 'conversion', 'newBuyers', 'viewers', 'devices'] as const),
  ...(['returningViewers', 'peak', 'watchTime', 'averageWatch', 'viewLength', 'pinned', 'pinEffect'] as const),
  ...(['impressions', 'clicks', 'productCtr', 'holds', 'productConversion', 'funnel', 'attribution'] as const),
  ...(['engagement', 'messages', 'hearts', 'ordersPerClick', 'csat', 'nps'] as const),
  ...(['replayCurve', 'replayViewers', 'replayWatch'] as const),
];

/** What a show earned and why: an answer in words, one number, and below it the evidence. */
export default function ShowInsightsPage() {
  const { id = '' } = useParams();
  return (
    <InsightsFrame>
      <ShowInsightsOf key={id} id={id} />
    </InsightsFrame>
  );
}

function ShowInsightsOf({ id }: { id: string }) {
  const t = useInsightsText();
  const { figures, error, reload } = useShowFigures(id);
  const previous = usePreviousShow(id, figures?.show.liveSince ?? null);
  const curve = useShowCurve(id, figures?.show.state ?? null);
  if (!figures) return error ? <ErrorState title={t.loadFailed} error={error} onRetry={reload} /> : <Bones />;
  const told = headline(figures);
  return (
    <div className={css.page} data-stale={error !== null || undefined}>
      <Crumb show={figures.show} />
      {error && <Notice tone="caution">{t.stale(formatTime(figures.asOf, figures.show.timeZone))}</Notice>}
      <LeadPart figures={figures} />
      {told.answer.kind !== 'notStarted' && (
        <>
          <Tiles figures={figures} previous={previous?.figures ?? null} />
          <ChartSection figures={figures} curve={curve} answer={told.span} previous={previous} />
          <ProductTables figures={figures} />
          <div className={css.evidence}>
            <div>
              <ShowFunnel figures={figures} />
              <Credits figures={figures} />
            </div>
            <div>
              <Audience figures={figures} />
              <Activity figures={figures} />
            </div>
          </div>
          {figures.show.state === 'ended' && <ReplayCurve figures={figures} />}
        </>
      )}
      <Definitions metrics={defined} />
    </div>
  );
}

function Crumb({ show }: { show: ShowInsights['show'] }) {
  const t = useInsightsText();
  useLocale();
  const from = show.liveSince ?? show.startsAt;
  return (
    <div className={css.crumb}>
      <p>
        <Link to="/insights/shows">{t.crumb}</Link>
        <b>{[show.title, show.subtitle].filter(Boolean).join(' ')}</b>
        <span>
          {formatDateTime(from, show.timeZone)}
          {show.endedAt === null ? '' : `–${formatTime(show.endedAt, show.timeZone)}`}
        </span>
        <OnAirBadge show={show} />
      </p>
      <nav>
        {show.state !== 'ended' && (
          <Link to={`/studio/${show.id}`}>
            <Radio size={16} strokeWidth={2} aria-hidden="true" />
            {t.toStudio}
          </Link>
        )}
        {show.state === 'ended' && <ReplayNote showId={show.id} slug={show.slug} timeZone={show.timeZone} />}
        <a href={`/s/${show.slug}`} target="_blank" rel="noopener">
          <ExternalLink size={16} strokeWidth={2} aria-hidden="true" />
          {t.watch}
        </a>
        <a href="#definitions">
          <BookOpen size={16} strokeWidth={2} aria-hidden="true" />
          {t.definitions}
        </a>
      </nav>
    </div>
  );
}

function LeadPart({ figures }: { figures: ShowInsights }) {
  const t = useInsightsText();
  const locale = useLocale();
  const { ask, sentence, evidence, number } = leadOf(figures, headline(figures), t, locale);
  return (
    <section className={css.lead}>
      <div>
        <p className={css.ask}>{ask}</p>
        <h1>{sentence}</h1>
        {evidence && <p>{evidence}</p>}
      </div>
      {number && (
        <div className={css.one}>
          <p>
            {number.before}
            <Def metric="netSales" />
            {number.after}
          </p>
          <b>{number.amount}</b>
          <p>{number.below}</p>
        </div>
      )}
    </section>
  );
}

/** The layout of the page, without its figures. */
function Bones() {
  return (
    <Loading>
      <Skeleton width={280} />
      <div className={css.lead}>
        <div>
          <Skeleton width="80%" height={40} />
          <Skeleton width="50%" className={css.bone} />
        </div>
        <Skeleton width={240} height={56} />
      </div>
      <Skeleton height={90} className={css.bone} />
      <Skeleton height={300} className={css.bone} />
    </Loading>
  );
}
