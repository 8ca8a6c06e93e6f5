import { useParams } from 'react-router';
import { settingsApi } from '#contracts/settings';
import { call } from '../api.ts';
import { useLoad } from '../staff/useLoad.ts';
import { ErrorState, Loading, Skeleton } from '../ui/states.tsx';
import { MyData } from './MyData.tsx';
import css from './Privacy.module.css';
import { PrivacyFrame } from './PrivacyFrame.tsx';
import { usePrivacyText } from './texts.ts';

/** A customer's own page: what this brand keeps of them. */
export default function PrivacyPage() {
  const t = usePrivacyText();
  const { brandSlug = '' } = useParams();
  const { data, error, reload } = useLoad(brandSlug, (signal) =>
    call(settingsApi.sellerPage, { slug: brandSlug }, { signal }),
  );
  const unknown = error?.code === 'not_found' || error?.code === 'invalid_request';
  return (
    <PrivacyFrame title={t.title} brand={data?.brand}>
      {data ? (
        <>
          <h1>{t.title}</h1>
          <p className={css.lead}>{t.lead(data.brand.name)}</p>
          <p className={css.lead}>{t.scope}</p>
          <MyData brandId={data.brand.id} />
        </>
      ) : error ? (
        <ErrorState title={unknown ? t.notFound : t.loadFailed} error={error} onRetry={unknown ? undefined : reload} />
      ) : (
        <Loading>
          <Skeleton width={240} height={40} />
          <Skeleton height={280} className={css.bone} />
        </Loading>
      )}
    </PrivacyFrame>
  );
}
