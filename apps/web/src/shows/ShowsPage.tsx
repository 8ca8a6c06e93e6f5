import { ChartNoAxesColumn, ExternalLink, Pencil, Radio } from 'lucide-react';
import { Link } from 'react-router';
import { showsApi, type ShowSummary } from '#contracts/shows';
import { formatDateTime, formatTime } from '../i18n.ts';
import { staffCall, useMay, useSession } from '../staff/session.ts';
import { StaffFrame } from '../staff/StaffFrame.tsx';
import { useLoad } from '../staff/useLoad.ts';
import { ButtonLink } from '../ui/ButtonLink.tsx';
import { OnAirBadge } from '../ui/OnAirBadge.tsx';
import { sized } from '../ui/ProductPicture.tsx';
import { EmptyState, ErrorState, Loading, Skeleton } from '../ui/states.tsx';
import css from './ShowsPage.module.css';
import { useShowsText } from './texts.ts';

export default function ShowsPage() {
  const t = useShowsText();
  return (
    <StaffFrame title={t.shows}>
      <Shows />
    </StaffFrame>
  );
}

function Shows() {
  const t = useShowsText();
  const { brand } = useSession();
  const mayDo = useMay();
  const { data, error, reload } = useLoad('shows', (signal) => staffCall(showsApi.list, {}, { signal }));
  const shows = data?.shows ?? [];
  const live = shows.filter((show) => show.state === 'live' || show.state === 'starting');
  const upcoming = shows.filter((show) => show.state === 'scheduled').sort(by((show) => show.startsAt));
  const past = shows.filter((show) => show.state === 'ended').sort(by((show) => show.startsAt, true));
  return (
    <>
      <header className={css.head}>
        <h1>{t.shows}</h1>
        <span className={css.zone}>{t.zone(brand.timeZone)}</span>
        {shows.length > 0 && mayDo('shows.write') && (
          <ButtonLink kind="fill" to="/shows/new">
            {t.add}
          </ButtonLink>
        )}
      </header>
      {error && !data ? (
        <ErrorState title={t.failedTitle} error={error} onRetry={reload} />
      ) : !data ? (
        <Bones />
      ) : shows.length === 0 ? (
        <EmptyState
          title={t.emptyTitle}
          action={
            mayDo('shows.write') && (
              <ButtonLink kind="fill" size="touch" to="/shows/new">
                {t.firstAdd}
              </ButtonLink>
            )
          }
        >
          {t.emptyBody}
        </EmptyState>
      ) : (
        <>
          <Group title={t.live} shows={live} />
          <Group title={t.upcoming} shows={upcoming} none={t.noUpcoming} />
          <Group title={t.past} shows={past} />
        </>
      )}
    </>
  );
}

function by(key: (show: ShowSummary) => string, descending = false) {
  const sign = descending ? -1 : 1;
  return (a: ShowSummary, b: ShowSummary) => sign * key(a).localeCompare(key(b));
}

function Group({ title, shows, none }: { title: string; shows: ShowSummary[]; none?: string }) {
  if (shows.length === 0 && none === undefined) return null;
  return (
    <section className={css.group}>
      <h2>{title}</h2>
      {shows.length === 0 ? <p className={css.none}>{none}</p> : null}
      <ul>
        {shows.map((show) => (
          <ShowRow key={show.id} show={show} />
        ))}
      </ul>
    </section>
  );
}

function ShowRow({ show }: { show: ShowSummary }) {
  const t = useShowsText();
  const { brand } = useSession();
  const mayDo = useMay();
  const studio = mayDo('shows.host') || mayDo('chat.moderate');
  const zone = brand.timeZone;
  const ended = show.state === 'ended';
  const from = ended && show.liveSince ? show.liveSince : show.startsAt;
  const to = ended ? show.endedAt : show.endsAt;
  // A show that a host could walk into now: the studio is what they came for.
  const main = ended || !studio ? `/insights/shows/${show.id}` : `/studio/${show.id}`;
  return (
    <li className={css.row}>
      {show.posterUrl === null ? (
        <span className={css.poster} />
      ) : (
        <img className={css.poster} src={sized(show.posterUrl, 160)} alt="" loading="lazy" />
      )}
      <div className={css.what}>
        <h3>
          <Link to={main}>{show.title}</Link>
        </h3>
        {show.subtitle !== '' && <p className={css.sub}>{show.subtitle}</p>}
        <p className={css.when}>
          {show.state !== 'scheduled' && <OnAirBadge show={show} />}
          <span>
            {formatDateTime(from, zone)}
            {to === null ? '' : `–${formatTime(to, zone)}`}
          </span>
          <span>{t.productCount(show.productCount)}</span>
        </p>
      </div>
      <nav className={css.links} aria-label={show.title}>
        {!ended && studio && (
          <Link to={`/studio/${show.id}`}>
            <Radio size={16} strokeWidth={2} aria-hidden />
            {t.studio}
          </Link>
        )}
        {show.state !== 'scheduled' && mayDo('insights.read') && (
          <Link to={`/insights/shows/${show.id}`}>
            <ChartNoAxesColumn size={16} strokeWidth={2} aria-hidden />
            {t.insights}
          </Link>
        )}
        <a href={`/s/${show.slug}`} target="_blank" rel="noreferrer">
          <ExternalLink size={16} strokeWidth={2} aria-hidden />
          {t.viewerPage}
        </a>
        {!ended && mayDo('shows.write') && (
          <Link to={`/shows/${show.id}/edit`}>
            <Pencil size={16} strokeWidth={2} aria-hidden />
            {t.edit}
          </Link>
        )}
      </nav>
    </li>
  );
}

function Bones() {
  return (
    <Loading>
      <div className={css.bones}>
        {[0, 1, 2].map((row) => (
          <div key={row}>
            <Skeleton width={64} height={80} />
            <Skeleton width="40%" />
          </div>
        ))}
      </div>
    </Loading>
  );
}
