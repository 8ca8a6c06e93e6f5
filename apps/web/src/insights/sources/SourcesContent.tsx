import { sourcesApi } from '#contracts/sources';
import { staffCall } from '../../staff/session.ts';
import { useLoad } from '../../staff/useLoad.ts';
import { ErrorState, Loading, Skeleton } from '../../ui/states.tsx';
import { Referral } from './Referral.tsx';
import css from './Sources.module.css';
import { SourceTable } from './SourceTable.tsx';
import { useSourcesText } from './texts.ts';
import { TrackedLinks } from './TrackedLinks.tsx';

/** Where sessions came from, who brought whom, and the brand's own links. */
export function SourcesContent({ from, to }: { from: string; to: string }) {
  const t = useSourcesText();
  const { data, error, reload } = useLoad(`sources ${from} ${to}`, (signal) =>
    staffCall(sourcesApi.read, { from, to }, { signal }),
  );
  return (
    <div className={css.content}>
      {data ? (
        <>
          <Referral figures={data.referral} />
          <SourceTable sources={data.sources} />
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
