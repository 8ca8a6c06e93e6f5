import { sourcesApi } from '#contracts/sources';
import { staffCall } from '../../staff/session.ts';
import { useLoad } from '../../staff/useLoad.ts';
import { ErrorState, Loading, Skeleton } from '../../ui/states.tsx';
import { Referral } from './Referral.tsx';
import css from './Sources.module.css';
import { SourceTable } from './SourceTable.tsx';
import { useSourcesText } from './texts.ts';
import { TrackedLinks } from './TrackedLinks.tsx';

/** Instants: from included, to not. */
interface Within {
  from: string;
  to: string;
}

/** Where sessions came from, who brought whom, and the brand's own links. */
export function SourcesContent({ now, before }: { now: Within; before: Within | null }) {
  const t = useSourcesText();
  const { data, error, reload } = useLoad(`${now.from} ${now.to} ${before?.from}`, async (signal) => {
    const read = (within: Within) => staffCall(sourcesApi.read, within, { signal });
    const [current, former] = await Promise.all([read(now), before ? read(before) : null]);
    return { current, former };
  });
  return (
    <div className={css.content}>
      {data ? (
        <>
          <Referral figures={data.current.referral} before={data.former?.referral ?? null} />
          <SourceTable sources={data.current.sources} />
        </>
      ) : error ? (
        <ErrorState title={t.failed} error={error} onRetry={reload} />
      ) : (
        <Loading>
          <Skeleton height={96} />
          <Skeleton height={240} className={css.bone} />
        </Loading>
      )}
      <TrackedLinks />
    </div>
  );
}
