import { Link } from 'react-router';
import { showsApi, type ShowSummary } from '#contracts/shows';
import { formatDateTime, formatNumber, formatTime, useLocale } from '../i18n.ts';
import { staffCall, useSession } from '../staff/session.ts';
import { InsightsFrame } from './InsightsFrame.tsx';
import { useLoad } from '../staff/useLoad.ts';
import { ButtonLink } from '../ui/ButtonLink.tsx';
import { OnAirBadge } from '../ui/OnAirBadge.tsx';
import { EmptyState, ErrorState, Loading, Skeleton } from '../ui/states.tsx';
import css from './InsightsList.module.css';
import { useInsightsText } from './insights-text.ts';

/** The shows of the brand, the one on air and the newest first, each leading to its insights. */
export default function InsightsListPage() {
  const t = useInsightsText();
  return (
    <InsightsFrame>
      <Shows />
    </InsightsFrame>
  );
}

function Shows() {
  const t = useInsightsText();
  const { data, error, reload } = useLoad('insights', (signal) => staffCall(showsApi.list, {}, { signal }));
  return (
    <>
      <header className={css.head}>
        <h1>{t.listTitle}</h1>
        <p>{t.listLead}</p>
      </header>
      {data ? (
        <ShowTable shows={data.shows} />
      ) : error ? (
        <ErrorState title={t.listFailed} error={error} onRetry={reload} />
      ) : (
        <Loading>
          {[0, 1, 2].map((row) => (
            <Skeleton key={row} height={44} className={css.bone} />
          ))}
        </Loading>
      )}
    </>
  );
}

function ShowTable({ shows }: { shows: ShowSummary[] }) {
  const t = useInsightsText();
  const { brand } = useSession();
  useLocale();
  if (shows.length === 0) {
    return (
      <EmptyState
        title={t.emptyTitle}
        action={
          <ButtonLink kind="fill" to="/shows/new">
            {t.plan}
          </ButtonLink>
        }
      >
        {t.empty}
      </EmptyState>
    );
  }
  return (
    <table className={css.table}>
      <thead>
        <tr>
          <th scope="col">{t.date}</th>
          <th scope="col">{t.show}</th>
          <th scope="col">{t.products}</th>
          <th scope="col">{t.state}</th>
        </tr>
      </thead>
      <tbody>
        {shows.toSorted(newestFirst).map((show) => (
          <tr key={show.id}>
            <td>
              {formatDateTime(show.liveSince ?? show.startsAt, brand.timeZone)}
              {show.endedAt === null ? '' : `–${formatTime(show.endedAt, brand.timeZone)}`}
            </td>
            <td>
              <Link to={`/insights/shows/${show.id}`} aria-label={t.open(show.title)}>
                {show.title}
              </Link>
              {show.subtitle !== '' && <span>{show.subtitle}</span>}
            </td>
            <td>{t.productCount(formatNumber(show.productCount))}</td>
            <td>
              <OnAirBadge show={show} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function newestFirst(a: ShowSummary, b: ShowSummary): number {
  const rank = (show: ShowSummary) => (show.state === 'live' ? 0 : show.state === 'ended' ? 1 : 2);
  const time = (show: ShowSummary) => Date.parse(show.liveSince ?? show.startsAt);
  return rank(a) - rank(b) || time(b) - time(a);
}
