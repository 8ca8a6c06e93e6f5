import { useState } from 'react';
import { customersApi } from '#contracts/customers';
import { formatNumber, useLocale } from '../../i18n.ts';
import { staffCall, useSession } from '../../staff/session.ts';
import { useLoad } from '../../staff/useLoad.ts';
import { ErrorState } from '../../ui/states.tsx';
import { HeatMap } from '../charts/index.ts';
import { zoneName } from '../words.ts';
import { Choice } from './Choice.tsx';
import css from './Customers.module.css';
import { useCustomersText } from './texts.ts';

const MONTHS = 12;

/** Who bought in one month, and who of them in the months after. A month that is not over has an empty cell. */
export function Cohorts() {
  const t = useCustomersText();
  const locale = useLocale();
  const { brand } = useSession();
  const [measure, setMeasure] = useState<'exact' | 'rolling'>('exact');
  const [who, setWho] = useState<'first' | 'recurring'>('first');
  const { data, error, reload } = useLoad(`cohorts ${measure} ${who}`, (signal) =>
    staffCall(customersApi.cohorts, { measure, who, months: MONTHS }, { signal }),
  );
  if (error && !data) return <ErrorState title={t.failedTitle} error={error} onRetry={reload} />;
  const rows = (data?.cohorts ?? []).filter(({ people }) => people > 0);
  const columns = Math.max(0, ...rows.map(({ active }) => active.filter((value) => value !== null).length));
  return (
    <>
      <div className={css.choices}>
        <Choice
          label={t.who}
          value={who}
          choices={[
            ['first', t.first],
            ['recurring', t.recurring],
          ]}
          onChoose={setWho}
        />
        <Choice
          label={t.counting}
          value={measure}
          choices={[
            ['exact', t.exact],
            ['rolling', t.rolling],
          ]}
          onChoose={setMeasure}
        />
      </div>
      <HeatMap
        title={t.cohortTitle}
        unit={t.cohortUnit(zoneName(brand.timeZone, locale))}
        csvName={`cohorts-${who}-${measure}`}
        loading={!data}
        empty={t.cohortEmpty}
        of={t.cohortMonth}
        leadColumns={[t.cohortSize]}
        columns={Array.from({ length: columns }, (_, k) => (k === 0 ? t.sameMonth : t.monthAfter(formatNumber(k))))}
        rows={rows.map(({ month, people, active }) => ({
          name: monthName(month, locale),
          lead: [formatNumber(people)],
          values: active.slice(0, columns).map((count) => count && count / people),
        }))}
        format={(share) => formatNumber(share, { style: 'percent', maximumFractionDigits: 1 })}
        max={shadeMax(rows)}
      />
      <p className={css.how}>{t.cohortHow}</p>
    </>
  );
}

/** The first month is all of them: it would make every other pale. */
function shadeMax(rows: { people: number; active: (number | null)[] }[]): number {
  return Math.max(0.01, ...rows.flatMap(({ people, active }) => active.slice(1).map((count) => (count ?? 0) / people)));
}

/** "2026年10月", "Oct 2026" of "2026-10". */
function monthName(month: string, locale: 'ja' | 'en'): string {
  return new Intl.DateTimeFormat(locale === 'ja' ? 'ja-JP' : 'en-GB', {
    year: 'numeric',
    month: locale === 'ja' ? 'long' : 'short',
    timeZone: 'UTC',
  }).format(new Date(`${month}-15T00:00:00Z`));
}
