import { useEffect } from 'react';
import { useParams } from 'react-router';
import { settingsApi } from '#contracts/settings';
import { call } from '../api.ts';
import { LanguageSwitch } from '../staff/StaffFrame.tsx';
import { useLoad } from '../staff/useLoad.ts';
import { BrandMark } from '../ui/BrandMark.tsx';
import { ErrorState, Loading, Skeleton } from '../ui/states.tsx';
import { Account } from './Account.tsx';
import css from './Account.module.css';
import { useViewerText } from './texts.ts';

/** The same as the sheet over a show, at an address of its own. */
export default function MyPage() {
  const t = useViewerText();
  const { brandSlug = '' } = useParams();
  const { data, error, reload } = useLoad(brandSlug, (signal) =>
    call(settingsApi.sellerPage, { slug: brandSlug }, { signal }),
  );
  const brand = data?.brand;
  const title = brand ? t.of({ brand: brand.name }) : t.titleSignedIn;
  useEffect(() => {
    document.title = title;
  }, [title]);
  const unknown = error?.code === 'not_found' || error?.code === 'invalid_request';
  return (
    <div className={css.page}>
      <header className={css.bar}>
        <span>
          {brand && <BrandMark brand={brand} />}
          {brand?.name}
        </span>
        <LanguageSwitch />
      </header>
      <main>
        {brand ? (
          <>
            <h1>{t.titleSignedIn}</h1>
            <Account brand={brand} />
          </>
        ) : error ? (
          <ErrorState title={unknown ? t.unknown : t.failed} error={error} onRetry={unknown ? undefined : reload} />
        ) : (
          <Loading>
            <Skeleton height={320} />
          </Loading>
        )}
      </main>
    </div>
  );
}
