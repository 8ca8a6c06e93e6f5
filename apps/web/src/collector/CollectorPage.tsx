import { collectorApi } from '#contracts/collector';
import { staffCall, useMay } from '../staff/session.ts';
import { StaffFrame } from '../staff/StaffFrame.tsx';
import { useLoad } from '../staff/useLoad.ts';
import { ErrorState, Loading, Skeleton } from '../ui/states.tsx';
import css from './Collector.module.css';
import { KeysSection } from './KeysSection.tsx';
import { RejectionsSection } from './RejectionsSection.tsx';
import { useCollectorText } from './texts.ts';
import { UserSecretSection } from './UserSecretSection.tsx';

/** By which keys a brand's pages and servers send events, and what of them was refused. */
export default function CollectorPage() {
  const t = useCollectorText();
  return (
    <StaffFrame title={t.title}>
      <header className={css.head}>
        <h1>{t.title}</h1>
        <p>{t.lead}</p>
      </header>
      <Sections />
    </StaffFrame>
  );
}

function Sections() {
  const may = useMay();
  return (
    <>
      {may('settings.write') && <Keys />}
      {may('insights.read') && <RejectionsSection />}
    </>
  );
}

function Keys() {
  const t = useCollectorText();
  const { data, error, reload } = useLoad('write-keys', (signal) => staffCall(collectorApi.keys, {}, { signal }));
  if (error && !data) return <ErrorState title={t.failedTitle} error={error} onRetry={reload} />;
  if (!data) {
    return (
      <Loading>
        <Skeleton height={240} />
      </Loading>
    );
  }
  return (
    <>
      <KeysSection keys={data.keys} onChange={reload} />
      <UserSecretSection exists={data.hasUserSecret} onChange={reload} />
    </>
  );
}
