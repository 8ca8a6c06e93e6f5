import { ChevronRight } from 'lucide-react';
import { useSearchParams } from 'react-router';
import { journeysApi, type Journeys } from '#contracts/journeys';
import { currencyExponents, toDecimalString } from '#contracts/money';
import { formatNumber, money, useLocale } from '../../i18n.ts';
import { staffCall, useSession } from '../../staff/session.ts';
import { useLoad } from '../../staff/useLoad.ts';
import { ErrorState, Loading, Skeleton } from '../../ui/states.tsx';
import { ChartFigure } from '../charts/ChartFigure.tsx';
import { DateRange, usePeriod } from '../charts/index.ts';
import { Choice } from '../customers/Choice.tsx';
import { Definitions } from '../Def.tsx';
import { journeyMetrics } from '../definitions.ts';
import { InsightsFrame } from '../InsightsFrame.tsx';
import css from './Journeys.module.css';
import { SankeyChart } from './SankeyChart.tsx';
import { stepName, timeWords, useJourneysText } from './texts.ts';

const sides = ['before', 'after'] as const;
const purchaseKinds = ['all', 'first', 'repeat'] as const;
const stepCounts = ['3', '4', '5', '6'] as const;

/** The paths that lead to a purchase, or away from one. */
export default function JourneysPage() {
  const t = useJourneysText();
  return (
    <InsightsFrame title={t.title}>
      <div className={css.period}>
        <DateRange comparable={false} />
      </div>
      <JourneysOfPeriod />
      <Definitions metrics={journeyMetrics} />
    </InsightsFrame>
  );
}

/** One of the few values that a field of the address may have; the first where it has none of them. */
const oneOf = <K extends string>(choices: readonly [K, ...K[]], value: string | null): K =>
  choices.find((choice) => choice === value) ?? choices[0];

function JourneysOfPeriod() {
  const t = useJourneysText();
  useLocale();
  const { range } = usePeriod();
  const [query, setQuery] = useSearchParams();
  const side = oneOf(sides, query.get('side'));
  const purchases = oneOf(purchaseKinds, query.get('purchases'));
  const steps = stepCounts.find((count) => count === query.get('steps')) ?? '4';
  const set = (field: string, value: string) => {
    const next = new URLSearchParams(query);
    next.set(field, value);
    setQuery(next, { replace: true });
  };
  const { data, error, reload } = useLoad(
    `journeys ${range.from} ${range.to} ${side} ${purchases} ${steps}`,
    (signal) => staffCall(journeysApi.read, { ...range, side, purchases, steps }, { signal }),
  );
  if (error && !data) return <ErrorState title={t.failedTitle} error={error} onRetry={reload} />;
  return (
    <div className={css.page}>
      <Lead journeys={data} side={side} />
      <div className={css.choices}>
        <Choice
          label={t.side}
          value={side}
          choices={sides.map((key) => [key, t[key]])}
          onChoose={(key) => set('side', key)}
        />
        <Choice
          label={t.purchases}
          value={purchases}
          choices={purchaseKinds.map((key) => [key, t[key]])}
          onChoose={(key) => set('purchases', key)}
        />
        <Choice
          label={t.steps}
          value={steps}
          choices={stepCounts.map((key) => [key, formatNumber(Number(key))])}
          onChoose={(key) => set('steps', key)}
        />
      </div>
      <SankeyChart journeys={data} side={side} />
      <Paths journeys={data} />
      <p className={css.how}>{t.how}</p>
    </div>
  );
}

function Lead({ journeys, side }: { journeys: Journeys | null; side: 'before' | 'after' }) {
  const t = useJourneysText();
  if (!journeys) {
    return (
      <Loading>
        <Skeleton width="70%" height={40} />
      </Loading>
    );
  }
  const best = journeys.journeys.find(({ steps }) => steps.length > 1) ?? journeys.journeys[0];
  return (
    <section className={css.lead}>
      <p>{side === 'before' ? t.ask : t.askAfter}</p>
      <h1>
        {best
          ? t.answer(best.steps.map((step) => stepName(t, step)).join(' → '), formatNumber(best.people))
          : t.nothing}
      </h1>
      {best && <p>{t.below(formatNumber(journeys.orders), formatNumber(journeys.people))}</p>}
    </section>
  );
}

function Paths({ journeys }: { journeys: Journeys | null }) {
  const t = useJourneysText();
  const { currency } = useSession().brand;
  const rows = journeys?.journeys ?? [];
  const time = (seconds: number | null) => (seconds === null ? t.none : timeWords(t, seconds, formatNumber));
  return (
    <ChartFigure
      title={t.paths}
      csvName="journeys"
      isTable
      loading={!journeys}
      empty={t.nothing}
      twin={{
        columns: [t.path, t.people, t.orders, t.net, t.median].map((name, index) => ({ name, numeric: index > 0 })),
        rows: rows.map(({ steps, people, orders, netAmount, medianSeconds }) => [
          { shown: steps.map((step) => stepName(t, step)).join(' → '), csv: steps.join(' > ') },
          { shown: formatNumber(people), csv: people },
          { shown: formatNumber(orders), csv: orders },
          {
            shown: money(netAmount, currency),
            csv: { number: toDecimalString(netAmount, currencyExponents[currency]) },
          },
          { shown: time(medianSeconds), csv: medianSeconds === null ? null : Math.round(medianSeconds) },
        ]),
      }}
    >
      <div className={css.paths}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t.path}</th>
              <th scope="col">{t.people}</th>
              <th scope="col">{t.orders}</th>
              <th scope="col">{t.net}</th>
              <th scope="col">{t.median}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ steps, people, orders, netAmount, medianSeconds }) => (
              <tr key={steps.join(' ')}>
                <td>
                  <ol>
                    {steps.map((step, index) => (
                      <li key={index} data-order={step === 'order' || undefined}>
                        {index > 0 && <ChevronRight size={14} strokeWidth={2.2} aria-hidden />}
                        {stepName(t, step)}
                      </li>
                    ))}
                  </ol>
                </td>
                <td data-label={t.people}>{formatNumber(people)}</td>
                <td data-label={t.orders}>{formatNumber(orders)}</td>
                <td data-label={t.net}>{money(netAmount, currency)}</td>
                <td data-label={t.medianShort}>{time(medianSeconds)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </ChartFigure>
  );
}
