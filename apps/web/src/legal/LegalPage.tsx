import { useEffect } from 'react';
import { useParams } from 'react-router';
import { sellerFields, settingsApi, type SellerPage } from '#contracts/settings';
import { call } from '../api.ts';
import { langOf } from '../i18n.ts';
import { LanguageSwitch } from '../staff/StaffFrame.tsx';
import { useLoad } from '../staff/useLoad.ts';
import { BrandMark } from '../ui/BrandMark.tsx';
import { ErrorState, Loading, Notice, Skeleton } from '../ui/states.tsx';
import css from './LegalPage.module.css';
import { useLegalText } from './legal-text.ts';
import { useSellerText } from './seller-text.ts';

/** What a seller by mail order must say of itself in Japan, for everybody and without an account. */
export default function LegalPage() {
  const t = useLegalText();
  const words = useSellerText();
  const { brandSlug = '' } = useParams();
  const { data, error, reload } = useLoad(brandSlug, (signal) =>
    call(settingsApi.sellerPage, { slug: brandSlug }, { signal }),
  );
  const brandName = data?.brand.name;
  useEffect(() => {
    document.title = brandName === undefined ? words.title : `${words.title} | ${brandName}`;
  }, [words.title, brandName]);
  const unknown = error?.code === 'not_found' || error?.code === 'invalid_request';
  return (
    <div className={css.page}>
      <header className={css.bar}>
        <span className={css.brand}>
          {data && <BrandMark brand={data.brand} />}
          <span>{brandName}</span>
        </span>
        <LanguageSwitch />
      </header>
      <main className={css.column}>
        {data ? (
          <Notes page={data} />
        ) : error ? (
          <ErrorState title={unknown ? t.notFound : t.failed} error={error} onRetry={unknown ? undefined : reload} />
        ) : (
          <Loading>
            <Skeleton width={320} height={40} />
            <Skeleton height={320} className={css.bone} />
          </Loading>
        )}
      </main>
    </div>
  );
}

function Notes({ page: { brand, seller, missing, registrationNumber } }: { page: SellerPage }) {
  const t = useLegalText();
  const words = useSellerText();
  return (
    <>
      <h1>{words.title}</h1>
      <p className={css.lead}>{t.lead(brand.name)}</p>
      {missing.length > 0 && <Notice tone="caution">{t.incomplete(missing.length)}</Notice>}
      <dl className={css.notes}>
        {sellerFields.map((field) => (
          <div key={field}>
            <dt>{words[field]}</dt>
            <dd lang={langOf(seller[field])} data-missing={missing.includes(field) || undefined}>
              {missing.includes(field) ? t.notSaid : said(field, seller[field])}
            </dd>
          </div>
        ))}
        {registrationNumber !== null && (
          <div>
            <dt>{words.registrationNumber}</dt>
            <dd>{registrationNumber}</dd>
          </div>
        )}
      </dl>
      <p className={css.original}>{t.original}</p>
    </>
  );
}

function said(field: (typeof sellerFields)[number], text: string) {
  if (field === 'phone' && /^[0-9+() -]+$/.test(text))
    return <a href={`tel:${text.replaceAll(/[^0-9+]/g, '')}`}>{text}</a>;
  if (field === 'email' && /^[^\s@]+@[^\s@]+$/.test(text)) return <a href={`mailto:${text}`}>{text}</a>;
  return text;
}
