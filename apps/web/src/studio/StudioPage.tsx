import { Navigate, useParams, useSearchParams } from 'react-router';
import { showsApi, type ShowSummary } from '#contracts/shows';
import { useLoad } from '../staff/useLoad.ts';
import { staffCall, useMay } from '../staff/session.ts';
import { StaffOnly } from '../staff/StaffOnly.tsx';
import { ButtonLink } from '../ui/ButtonLink.tsx';
import { EmptyState, ErrorState } from '../ui/states.tsx';
import { useDarkPage } from '../ui/useDarkPage.ts';
import { Desk } from './Desk.tsx';
import { Studio } from './Studio.tsx';
import css from './Studio.module.css';
import { useStudioText } from './texts.ts';

/** The host's cockpit for one show, or the desk of who helps; without an id, for the one that `?show=<slug>` names, or that is on or comes next. */
export default function StudioPage() {
  const { id } = useParams();
  useDarkPage();
  return <StaffOnly>{id === undefined ? <NextStudio /> : <Place key={id} showId={id} />}</StaffOnly>;
}

function Place({ showId }: { showId: string }) {
  return useMay()('shows.host') ? <Studio showId={showId} /> : <Desk showId={showId} />;
}

function NextStudio() {
  const t = useStudioText();
  const asked = useSearchParams()[0].get('show');
  const { data, error, reload } = useLoad('next', (signal) => staffCall(showsApi.list, {}, { signal }));
  if (error && !data) {
    return (
      <main className={css.alone}>
        <ErrorState title={t.failedTitle} error={error} onRetry={reload} />
      </main>
    );
  }
  if (!data) return null;
  const next = data.shows.find((show) => show.slug === asked) ?? nextOf(data.shows);
  if (next) return <Navigate to={`/studio/${next.id}`} replace />;
  return (
    <main className={css.alone}>
      <EmptyState
        title={t.noShow}
        action={
          <ButtonLink kind="fill" size="touch" to="/shows/new">
            {t.plan}
          </ButtonLink>
        }
      >
        {t.noShowBody}
      </EmptyState>
    </main>
  );
}

function nextOf(shows: ShowSummary[]): ShowSummary | undefined {
  const open = shows.filter((show) => show.state !== 'ended').sort((a, b) => a.startsAt.localeCompare(b.startsAt));
  return open.find((show) => show.state !== 'scheduled') ?? open[0];
}
