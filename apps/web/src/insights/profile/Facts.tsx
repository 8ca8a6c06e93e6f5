import type { ReactNode } from 'react';
import type { Profile } from '#contracts/customers';
import { formatDate, formatNumber, langOf, money, useLocale } from '../../i18n.ts';
import { useSession } from '../../staff/session.ts';
import { useCustomerWords, watchWords } from '../customers/customer-words.ts';
import { Def } from '../Def.tsx';
import type { Metric } from '../definitions.ts';
import css from './Profile.module.css';
import { useProfileText } from './texts.ts';

/** What the person may buy in the next twelve months, by the brand's forecast. */
export function Forecast({ profile }: { profile: Profile }) {
  const t = useProfileText();
  const { brand } = useSession();
  useLocale();
  const { value } = profile;
  return (
    <section aria-labelledby="forecast">
      <h2 id="forecast">{t.forecast}</h2>
      {value === null ? (
        <p className={css.quiet}>{t.noValue}</p>
      ) : (
        <>
          <dl className={css.facts}>
            <Fact name={t.predicted} metric="valueForecast">
              {money(value.predictedAmount, brand.currency)}
            </Fact>
            <Fact name={t.expectedOrders}>
              {formatNumber(value.expectedOrders, { maximumFractionDigits: 1, minimumFractionDigits: 1 })}
            </Fact>
            <Fact name={t.pAlive} metric="pAlive">
              <span className={css.alive}>
                <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                  <rect width={100} height={6} />
                  <rect width={100 * value.pAlive} height={6} />
                </svg>
                {formatNumber(value.pAlive, { style: 'percent', maximumFractionDigits: 0 })}
              </span>
            </Fact>
          </dl>
          <p className={css.quiet}>{t.until(formatDate(`${value.observedUntil}T12:00:00Z`, 'UTC'))}</p>
        </>
      )}
    </section>
  );
}

export function Scores({ profile }: { profile: Profile }) {
  const t = useProfileText();
  const words = useCustomerWords();
  useLocale();
  const { person } = profile;
  return (
    <section aria-labelledby="scores">
      <h2 id="scores">{t.scores}</h2>
      <dl className={css.facts}>
        <Fact name={t.rfm} metric="rfm">
          {person.r === null ? t.none : `${person.r}・${person.f}・${person.m}`}
        </Fact>
        <Fact name={t.score} metric="engagementScore">
          {formatNumber(person.engagementScore, { maximumFractionDigits: 1, minimumFractionDigits: 1 })}
        </Fact>
        <Fact name={t.watchTime} metric="watchTime">
          {person.watchSeconds > 0 ? watchWords(words, person.watchSeconds, formatNumber) : t.none}
        </Fact>
        <Fact name={t.visits}>{formatNumber(person.visits)}</Fact>
        <Fact name={t.comments}>{formatNumber(person.messages)}</Fact>
        <Fact name={t.clicks}>{formatNumber(person.clicks)}</Fact>
      </dl>
    </section>
  );
}

/** What they said last of each purpose, and to which words. */
export function ConsentList({ profile }: { profile: Profile }) {
  const t = useProfileText();
  const { brand } = useSession();
  useLocale();
  return (
    <section aria-labelledby="consents">
      <h2 id="consents">{t.consents}</h2>
      {profile.consents.length === 0 ? (
        <p className={css.quiet}>{t.noConsent}</p>
      ) : (
        <dl className={css.facts}>
          {profile.consents.map(({ purpose, granted, textVersion, at }) => (
            <Fact
              key={purpose}
              name={t[`p_${purpose}`]}
              below={t.consentVersion(formatDate(at, brand.timeZone), textVersion)}
            >
              {granted ? t.granted : t.refused}
            </Fact>
          ))}
        </dl>
      )}
    </section>
  );
}

/** What was said of the person, each with who said it and when. */
export function Attributes({ profile }: { profile: Profile }) {
  const t = useProfileText();
  const { brand } = useSession();
  useLocale();
  return (
    <section aria-labelledby="attributes">
      <h2 id="attributes">{t.attributes}</h2>
      {profile.attributes.length === 0 ? (
        <p className={css.quiet}>{t.attributesEmpty}</p>
      ) : (
        <dl className={css.facts}>
          {profile.attributes.map(({ name, value, source, setAt }, index) => {
            const shown = valueWords(value);
            return (
              <Fact key={index} name={name} below={t.on(formatDate(setAt, brand.timeZone), source)}>
                <span lang={langOf(shown)}>{shown}</span>
              </Fact>
            );
          })}
        </dl>
      )}
    </section>
  );
}

function Fact({
  name,
  metric,
  below,
  children,
}: {
  name: string;
  metric?: Metric;
  below?: string;
  children: ReactNode;
}) {
  return (
    <div>
      <dt>{metric ? <Def metric={metric}>{name}</Def> : name}</dt>
      <dd>
        {children}
        {below && <small>{below}</small>}
      </dd>
    </div>
  );
}

/** What is made of parts, as an address is, is read part by part. */
function valueWords(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return Object.values(value)
    .map(valueWords)
    .filter((part) => part !== '')
    .join(' ');
}
