import { Printer } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useParams } from 'react-router';
import type { Locale } from '#contracts/ids';
import { ordersApi, type StaffOrder } from '#contracts/orders';
import { staffCall, useSession } from '../staff/session.ts';
import { StaffOnly } from '../staff/StaffOnly.tsx';
import { useLoad } from '../staff/useLoad.ts';
import { Button } from '../ui/Button.tsx';
import { ErrorState, Loading, Skeleton } from '../ui/states.tsx';
import { useOrderWords } from './order-words.ts';
import { paperDate } from './paper.ts';
import { paperWords, type PaperWords } from './paper-words.ts';
import css from './Paper.module.css';

export interface PaperProps {
  order: StaffOrder;
  locale: Locale;
  t: PaperWords;
  timeZone: string;
}

interface SheetProps {
  title: (props: PaperProps) => string;
  /** Its own number; without one it goes by the order's. */
  number?: (props: PaperProps) => string;
  /** Said on the screen and not on paper. */
  advice?: (props: PaperProps) => ReactNode;
  children: (props: PaperProps) => ReactNode;
}

/** A paper about an order: the sheet itself, A4, and above it what is not printed. */
export function Paper(props: SheetProps) {
  return (
    <StaffOnly>
      <Loaded {...props} />
    </StaffOnly>
  );
}

function Loaded(props: SheetProps) {
  const t = useOrderWords();
  const { id = '' } = useParams();
  const { data, error, reload } = useLoad(`paper ${id}`, (signal) => staffCall(ordersApi.get, { id }, { signal }));
  return (
    <div className={css.desk} data-theme="light">
      {data ? (
        <Sheet order={data} {...props} />
      ) : error ? (
        <ErrorState title={t.failedTitle} error={error} onRetry={reload} />
      ) : (
        <Loading>
          <Skeleton height={600} />
        </Loading>
      )}
    </div>
  );
}

function Sheet({ order, title: titleOf, number: numberOf, advice, children }: SheetProps & { order: StaffOrder }) {
  const { brand } = useSession();
  const [locale, setLocale] = useState<Locale>(order.locale);
  const t = paperWords[locale];
  const props = { order, locale, t, timeZone: brand.timeZone };
  const title = titleOf(props);
  const number = numberOf?.(props) ?? order.number;
  useEffect(() => {
    document.title = `${title} ${number}`; // the name of the file when it is printed to one
  }, [title, number]);
  return (
    <>
      <div className={css.bar}>
        <Button
          lang={locale === 'ja' ? 'en' : 'ja'}
          size="touch"
          onClick={() => setLocale(locale === 'ja' ? 'en' : 'ja')}
        >
          {t.other}
        </Button>
        <Button kind="fill" size="touch" onClick={() => window.print()}>
          <Printer size={16} strokeWidth={2} aria-hidden />
          {t.print}
        </Button>
        {advice?.(props)}
      </div>
      <main className={css.sheet} lang={locale}>
        <header className={css.head}>
          <h1>{title}</h1>
          <dl>
            <Fact name={t.number}>{order.number}</Fact>
            <Fact name={t.ordered}>{paperDate(order.placedAt, locale, brand.timeZone)}</Fact>
          </dl>
        </header>
        {children(props)}
      </main>
    </>
  );
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Who sells, by what it said of itself when the order was placed. */
export function SellerBlock({ order, t, withNumber }: PaperProps & { withNumber?: boolean }) {
  const { seller, brandName, registrationNumber } = order;
  return (
    <address className={css.seller}>
      <b>{seller.name || brandName}</b>
      {seller.name && seller.name !== brandName && <span>{brandName}</span>}
      {seller.address && <span>{seller.address}</span>}
      {seller.phone && (
        <span>
          {t.phone} {seller.phone}
        </span>
      )}
      {seller.email && <span>{seller.email}</span>}
      {withNumber && registrationNumber && (
        <span>
          {t.registration} {registrationNumber}
        </span>
      )}
    </address>
  );
}
