import { useSearchParams } from 'react-router';
import type { ReplyOf } from '#contracts/endpoint';
import { SurveyKind, surveysApi, type SurveyResult } from '#contracts/surveys';
import { formatDateTime, formatNumber, langOf } from '../../i18n.ts';
import { staffCall, useSession } from '../../staff/session.ts';
import { useLoad } from '../../staff/useLoad.ts';
import { EmptyState, ErrorState, Loading, Skeleton } from '../../ui/states.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { Def } from '../Def.tsx';
import { Distribution } from './Distribution.tsx';
import { figuresOf, responseRate, valueWords } from './survey-figures.ts';
import css from './Surveys.module.css';
import { useSurveysText } from './texts.ts';
import { Waves } from './Waves.tsx';

const kinds = ['csat', 'nps', 'stars'] as const;
type Results = ReplyOf<typeof surveysApi.results>;

/** Instants: from included, to not. */
interface Within {
  from: string;
  to: string;
}

/** What was asked within the time, and what was answered. */
export function SurveysContent({ now, before }: { now: Within; before: Within | null }) {
  const t = useSurveysText();
  const { data, error, reload } = useLoad(`${now.from} ${now.to} ${before?.from}`, async (signal) => {
    const read = (within: Within) => staffCall(surveysApi.results, within, { signal });
    const [current, former] = await Promise.all([read(now), before ? read(before) : null]);
    return { current, former: former?.surveys ?? null };
  });
  if (error && !data) return <ErrorState title={t.failed} error={error} onRetry={reload} />;
  if (!data) {
    return (
      <Loading>
        <Skeleton height={96} />
        <Skeleton height={240} className={css.bone} />
      </Loading>
    );
  }
  if (data.current.surveys.length === 0) return <EmptyState title={t.emptyTitle}>{t.emptyBody}</EmptyState>;
  return <Results results={data.current} former={data.former} />;
}

interface ResultsProps {
  results: Results;
  /** Of the period before; null where the reader wants no comparison. */
  former: readonly SurveyResult[] | null;
}

function Results({ results: { surveys, comments }, former }: ResultsProps) {
  const t = useSurveysText();
  const [query, setQuery] = useSearchParams();
  const asked = SurveyKind.safeParse(query.get('kind'));
  const kind = asked.success ? asked.data : 'all';
  const chosen = kind === 'all' ? surveys : surveys.filter((survey) => survey.kind === kind);
  const select = (next: SurveyKind | 'all') =>
    setQuery(
      (before) => {
        before.delete('kind');
        if (next !== 'all') before.set('kind', next);
        return before;
      },
      { replace: true },
    );
  const shown = kinds.filter((one) => kind === 'all' || kind === one).map((one) => figuresOf(one, surveys));
  return (
    <>
      <dl className={css.tiles} aria-label={t.figures}>
        {kinds.map((one) => {
          const figures = figuresOf(one, surveys);
          const rate = responseRate(figures);
          const earlier = former ? figuresOf(one, former).value : null;
          return (
            <div key={one}>
              <dt>
                <Def metric={one}>{t[one]}</Def>
              </dt>
              <dd>{valueWords(one, figures.value)}</dd>
              <dd className={css.below}>
                {t.answersOf(formatNumber(figures.answers), formatNumber(figures.asked))}
                {rate === null ? null : `　${t.responses} ${formatNumber(rate, { style: 'percent' })}`}
              </dd>
              {earlier === null ? null : <dd className={css.below}>{t.formerly(valueWords(one, earlier))}</dd>}
            </div>
          );
        })}
      </dl>
      <Tabs
        label={t.kinds}
        panelId="surveys"
        selected={kind}
        onSelect={select}
        tabs={[{ key: 'all' as const, label: t.all }, ...kinds.map((key) => ({ key, label: t[`${key}Short`] }))]}
      />
      <div id="surveys" role="tabpanel" className={css.panel}>
        <div className={css.charts}>
          {shown
            .filter(({ answers }) => answers > 0)
            .map((figures) => (
              <Distribution key={figures.kind} figures={figures} former={former && figuresOf(figures.kind, former)} />
            ))}
        </div>
        <Waves surveys={chosen} />
        <Comments comments={comments} surveys={chosen} />
      </div>
    </>
  );
}

function Comments({ comments, surveys }: { comments: Results['comments']; surveys: Results['surveys'] }) {
  const t = useSurveysText();
  const { brand } = useSession();
  const byId = new Map(surveys.map((survey) => [survey.id, survey]));
  const shown = comments.filter(({ surveyId }) => byId.has(surveyId));
  return (
    <section className={css.comments} aria-labelledby="comments-title">
      <h2 id="comments-title">{t.comments}</h2>
      {shown.length === 0 ? (
        <p>{t.noComments}</p>
      ) : (
        <ul>
          {shown.map(({ surveyId, score, comment, at }, index) => {
            const survey = byId.get(surveyId);
            return (
              <li key={index}>
                <b>{score}</b>
                <p lang={langOf(comment)}>{comment}</p>
                <small>
                  <span>{survey ? t[`${survey.kind}Short`] : null}</span>
                  <span>{survey?.productName ?? survey?.showTitle}</span>
                  <span>{formatDateTime(at, brand.timeZone)}</span>
                </small>
              </li>
            );
          })}
        </ul>
      )}
      {comments.length >= 200 ? <p>{t.commentsMost}</p> : null}
    </section>
  );
}
