import { Link, Navigate, useParams } from 'react-router';
import { customersApi, type Profile } from '#contracts/customers';
import { formatDate, formatNumber, langOf, money, useLocale } from '../../i18n.ts';
import { PersonPrivacy } from '../../privacy/PersonPrivacy.tsx';
import { staffCall, useMay, useSession } from '../../staff/session.ts';
import { useLoad } from '../../staff/useLoad.ts';
import { ButtonLink } from '../../ui/ButtonLink.tsx';
import { ErrorState, Loading, Skeleton } from '../../ui/states.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { stageTones, useCustomerWords } from '../customers/customer-words.ts';
import { Definitions } from '../Def.tsx';
import { customerMetrics } from '../definitions.ts';
import { InsightsFrame } from '../InsightsFrame.tsx';
import { Attributes, ConsentList, Forecast, Scores } from './Facts.tsx';
import { Identity } from './Identity.tsx';
import { LifeLineChart } from './LifeLineChart.tsx';
import css from './Profile.module.css';
import { useProfileText } from './texts.ts';
import { Timeline } from './Timeline.tsx';

/** One person: who they are, what they are worth, and all that happened, wherever it was. */
export default function ProfilePage() {
  const t = useProfileText();
  const { personId = '' } = useParams();
  return (
    <InsightsFrame title={t.title}>
      <ProfileOf key={personId} id={personId} />
      <Definitions metrics={customerMetrics} />
    </InsightsFrame>
  );
}

function ProfileOf({ id }: { id: string }) {
  const t = useProfileText();
  const mayDo = useMay();
  const { data, error, reload } = useLoad(`profile ${id}`, (signal) =>
    staffCall(customersApi.profile, { id }, { signal }),
  );
  if (!data) {
    if (!error) return <Bones />;
    return error.code === 'not_found' || error.code === 'invalid_request' ? (
      <ErrorState
        title={t.goneTitle}
        error={error}
        action={<ButtonLink to="/insights/customers">{t.toCustomers}</ButtonLink>}
      />
    ) : (
      <ErrorState title={t.failedTitle} error={error} onRetry={reload} />
    );
  }
  // Whoever became part of another person, or an identifier of theirs, has the page of that person.
  if (data.person.id !== id) return <Navigate to={`/insights/customers/${data.person.id}`} replace />;
  return (
    <div className={css.page}>
      <Head profile={data} />
      <LifeLineChart profile={data} />
      <div className={css.columns}>
        <Timeline key={`${data.devices} ${data.person.orders}`} profile={data} />
        <div className={css.side}>
          <Forecast profile={data} />
          <Scores profile={data} />
          {mayDo('people.read') ? (
            <Identity personId={data.person.id} onChanged={reload} />
          ) : (
            <p className={css.quiet}>{t.hidden}</p>
          )}
          <ConsentList profile={data} />
          {mayDo('people.read') && <Attributes profile={data} />}
          <PersonPrivacy personId={data.person.id} name={data.person.name} onErased={reload} />
        </div>
      </div>
    </div>
  );
}

function Head({ profile }: { profile: Profile }) {
  const t = useProfileText();
  const words = useCustomerWords();
  const { brand } = useSession();
  const locale = useLocale();
  const { person, brandShows } = profile;
  const day = (time: string) => formatDate(time, brand.timeZone);
  const told = [
    person.orders === 0
      ? t.notBought
      : person.orders === 1
        ? t.boughtOnce
        : t.bought(formatNumber(person.orders), spanWords(t, person.firstOrderAt, person.lastOrderAt)),
    person.shows > 0
      ? t.watched(formatNumber(person.shows), formatNumber(Math.max(person.shows, brandShows)))
      : t.watchedNone,
  ];
  const evidence = [
    person.lastSeenAt && t.lastSeen(day(person.lastSeenAt)),
    person.lastOrderAt && t.lastOrder(day(person.lastOrderAt)),
    person.source && t.cameFrom(person.source === 'direct' ? t.direct : person.source),
  ].filter((one) => one !== null && one !== '');
  return (
    <>
      <p className={css.crumb}>
        <Link to="/insights/customers">{t.crumb}</Link>
        {person.firstSeenAt && <span>{t.since(day(person.firstSeenAt))}</span>}
      </p>
      <section className={css.lead}>
        <div>
          <p className={css.who}>
            <b lang={langOf(person.name)}>{person.name ? words.person(person.name) : (person.email ?? words.nobody)}</b>
            <Tag tone={stageTones[person.stage]}>{words[person.stage]}</Tag>
            {person.isGuest && <Tag tone="line">{t.guest}</Tag>}
            {person.name !== '' && person.email !== null && <span className={css.email}>{person.email}</span>}
          </p>
          <h1>{told.join(locale === 'ja' ? '' : ' ')}</h1>
          <p>{evidence.join(' · ')}</p>
        </div>
        {person.orders > 0 && (
          <div className={css.one}>
            <p>{t.value}</p>
            <b>{money(person.netAmount, brand.currency)}</b>
            <p>
              {t.perOrder(money(Math.round(person.averageAmount ?? 0), brand.currency))}
              {person.gmvAmount !== person.netAmount && ` · ${t.grossValue(money(person.gmvAmount, brand.currency))}`}
            </p>
          </div>
        )}
      </section>
    </>
  );
}

/** "7か月": from the first order to the last. */
function spanWords(t: ReturnType<typeof useProfileText>, first: string | null, last: string | null): string {
  const days = first && last ? (Date.parse(last) - Date.parse(first)) / 86_400_000 : 0;
  return days < 45
    ? t.spanDays(formatNumber(Math.max(1, Math.round(days))))
    : t.spanMonths(formatNumber(Math.round(days / 30.4)));
}

/** The layout of the page, without its figures. */
function Bones() {
  return (
    <Loading>
      <Skeleton width={200} />
      <div className={css.lead}>
        <div>
          <Skeleton width="40%" className={css.bone} />
          <Skeleton width="80%" height={40} className={css.bone} />
        </div>
        <Skeleton width={240} height={56} />
      </div>
      <Skeleton height={140} className={css.bone} />
      <Skeleton height={320} className={css.bone} />
    </Loading>
  );
}
