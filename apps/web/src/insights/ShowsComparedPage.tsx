import { Download } from 'lucide-react';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import {
  comparedFigures,
  insightsApi,
  type ComparedFigure,
  type ComparedShow,
  type ShowComparison,
} from '#contracts/insights';
import { currencyExponents, toDecimalString } from '#contracts/money';
import { formatDateTime, formatNumber, money, useLocale } from '../i18n.ts';
import { staffCall, useSession } from '../staff/session.ts';
import { useLoad } from '../staff/useLoad.ts';
import { Button } from '../ui/Button.tsx';
import { ButtonLink } from '../ui/ButtonLink.tsx';
import { OnAirBadge } from '../ui/OnAirBadge.tsx';
import { EmptyState, ErrorState, Loading, Skeleton } from '../ui/states.tsx';
import { download, toCsv } from './csv.ts';
import { Def, Definitions } from './Def.tsx';
import { definitions, type Metric } from './definitions.ts';
import { InsightsFrame } from './InsightsFrame.tsx';
import { useInsightsText } from './insights-text.ts';
import css from './ShowsCompared.module.css';
import { Sparkline } from './Sparkline.tsx';
import { durationWords, percent } from './words.ts';

const MOST_CHOSEN = 4;

/** Shows of the brand beside each other, the newest first, and beside their median. */
export default function ShowsComparedPage() {
  const t = useInsightsText();
  return (
    <InsightsFrame title={t.show}>
      <Shows />
    </InsightsFrame>
  );
}

function Shows() {
  const t = useInsightsText();
  const { data, error, reload } = useLoad('shows-compared', (signal) => staffCall(insightsApi.shows, {}, { signal }));
  return (
    <>
      <header className={css.head}>
        <h1>{t.listTitle}</h1>
        <p>{t.listLead}</p>
      </header>
      {data ? (
        <Listing comparison={data} />
      ) : error ? (
        <ErrorState title={t.listFailed} error={error} onRetry={reload} />
      ) : (
        <Loading>
          {[1, 2, 3].map((row) => (
            <Skeleton key={row} height={52} className={css.bone} />
          ))}
        </Loading>
      )}
    </>
  );
}

function Listing({ comparison }: { comparison: ShowComparison }) {
  const t = useInsightsText();
  const [search, setSearch] = useSearchParams();
  const asked = new Set(search.getAll('show'));
  const chosen = comparison.shows.filter(({ id }) => asked.has(id)).slice(0, MOST_CHOSEN);
  const [isBeside, setBeside] = useState(chosen.length > 1);
  const choose = (ids: string[]) =>
    setSearch(
      ids.map((id): [string, string] => ['show', id]),
      { replace: true },
    );
  if (comparison.shows.length === 0) {
    return (
      <EmptyState title={t.emptyTitle} action={<ButtonLink to="/shows/new">{t.plan}</ButtonLink>}>
        {t.empty}
      </EmptyState>
    );
  }
  return (
    <>
      {isBeside && chosen.length > 1 && (
        <Beside
          comparison={comparison}
          chosen={chosen}
          onClear={() => {
            setBeside(false);
            choose([]);
          }}
        />
      )}
      <div className={css.tools}>
        {!isBeside && chosen.length > 1 && (
          <Button kind="fill" size="small" onClick={() => setBeside(true)}>
            {t.compareChosen(formatNumber(chosen.length))}
          </Button>
        )}
        <Csv comparison={comparison} />
      </div>
      <Table comparison={comparison} chosen={chosen} onChoose={choose} />
      <Definitions metrics={[...new Set(Object.values(metricOf))]} />
    </>
  );
}

const metricOf: Record<ComparedFigure, Metric> = {
  viewers: 'viewers',
  peak: 'peak',
  watchSecondsPerViewer: 'averageWatch',
  engagementRate: 'engagement',
  clickRate: 'productCtr',
  conversion: 'conversion',
  orders: 'orders',
  gmvAmount: 'gmv',
  netAmount: 'netSales',
  averageOrderAmount: 'aov',
  newBuyers: 'newBuyers',
  returningBuyers: 'newBuyers',
};
const shares = new Set<ComparedFigure>(['engagementRate', 'clickRate', 'conversion']);
const amounts = new Set<ComparedFigure>(['gmvAmount', 'netAmount', 'averageOrderAmount']);
/** Few enough for a row of the list. */
const listed: readonly ComparedFigure[] = [
  ...(['viewers', 'peak', 'watchSecondsPerViewer', 'engagementRate', 'clickRate', 'conversion'] as const),
  ...(['orders', 'netAmount'] as const),
];

type Words = ReturnType<typeof useInsightsText>;

function useWritten(currency: ShowComparison['currency']) {
  const t = useInsightsText();
  const locale = useLocale();
  return (figure: ComparedFigure, value: number | null): string => {
    if (value === null) return t.noFigure;
    if (shares.has(figure)) return percent(value);
    if (amounts.has(figure)) return money(Math.round(value), currency);
    if (figure === 'watchSecondsPerViewer') return durationWords(value, locale);
    return formatNumber(value, { maximumFractionDigits: 1 });
  };
}

interface TableProps {
  comparison: ShowComparison;
  chosen: readonly ComparedShow[];
  onChoose: (ids: string[]) => void;
}

function Table({ comparison, chosen, onChoose }: TableProps) {
  const t = useInsightsText();
  const { brand } = useSession();
  const written = useWritten(comparison.currency);
  const ids = chosen.map(({ id }) => id);
  return (
    <div className={css.scroll} tabIndex={0} role="region" aria-label={t.listTitle}>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">
              <span className="sr">{t.chosenTitle}</span>
            </th>
            <th scope="col">{t.show}</th>
            <th scope="col">{t.people}</th>
            {listed.map((figure) => (
              <th key={figure} scope="col" data-numeric="">
                <Def metric={metricOf[figure]} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr className={css.median}>
            <td />
            <th scope="row">{t.medianLong}</th>
            <td />
            {listed.map((figure) => (
              <td key={figure} data-numeric="">
                {written(figure, comparison.median[figure] ?? null)}
              </td>
            ))}
          </tr>
          {comparison.shows.map((show) => (
            <tr key={show.id}>
              <td>
                <input
                  type="checkbox"
                  aria-label={t.choose(show.title)}
                  checked={ids.includes(show.id)}
                  disabled={!ids.includes(show.id) && ids.length >= MOST_CHOSEN}
                  onChange={(event) =>
                    onChoose(event.target.checked ? [...ids, show.id] : ids.filter((id) => id !== show.id))
                  }
                />
              </td>
              <th scope="row">
                <Link to={`/insights/shows/${show.id}`}>{[show.title, show.subtitle].filter(Boolean).join(' ')}</Link>
                <span className={css.when}>
                  {formatDateTime(show.liveSince, brand.timeZone)}
                  {show.state === 'live' && <OnAirBadge show={{ ...show, endedAt: null, startsAt: show.liveSince }} />}
                </span>
              </th>
              <td>
                <Sparkline values={show.line} />
              </td>
              {listed.map((figure) => (
                <td key={figure} data-numeric="">
                  {written(figure, show[figure])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The chosen shows, a column each, every figure in a row, with its distance from the median. */
function Beside({
  comparison,
  chosen,
  onClear,
}: {
  comparison: ShowComparison;
  chosen: readonly ComparedShow[];
  onClear: () => void;
}) {
  const t = useInsightsText();
  const locale = useLocale();
  const { brand } = useSession();
  const written = useWritten(comparison.currency);
  const most = Math.max(1, ...chosen.map(({ peak }) => peak));
  return (
    <section className={css.beside} aria-labelledby="beside">
      <header>
        <h2 id="beside">{t.chosenTitle}</h2>
        <Button kind="quiet" size="small" onClick={onClear}>
          {t.clear}
        </Button>
      </header>
      <div className={css.scroll} tabIndex={0} role="region" aria-labelledby="beside">
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{t.figure}</th>
              {chosen.map((show) => (
                <th key={show.id} scope="col" data-numeric="">
                  <Link to={`/insights/shows/${show.id}`}>{show.title}</Link>
                  <span className={css.when}>{formatDateTime(show.liveSince, brand.timeZone)}</span>
                </th>
              ))}
              <th scope="col" data-numeric="">
                {t.median}
              </th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">{t.people}</th>
              {chosen.map((show) => (
                <td key={show.id} data-numeric="">
                  <Sparkline values={show.line} most={most} width={160} height={40} />
                </td>
              ))}
              <td />
            </tr>
            <tr>
              <th scope="row">{t.duration}</th>
              {chosen.map((show) => (
                <td key={show.id} data-numeric="">
                  {durationWords(show.seconds, locale)}
                </td>
              ))}
              <td />
            </tr>
            {comparedFigures.map((figure) => {
              const median = comparison.median[figure] ?? null;
              return (
                <tr key={figure}>
                  <th scope="row">
                    <Def metric={metricOf[figure]}>{nameOf(figure, locale, t)}</Def>
                  </th>
                  {chosen.map((show) => {
                    const value = show[figure];
                    return (
                      <td key={show.id} data-numeric="">
                        <b>{written(figure, value)}</b>
                        {value !== null && median !== null && median > 0 && (
                          <span className={css.when}>{t.ofMedian(percent(value / median))}</span>
                        )}
                      </td>
                    );
                  })}
                  <td data-numeric="">{written(figure, median)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const nameOf = (figure: ComparedFigure, locale: ReturnType<typeof useLocale>, t: Pick<Words, 'returningBuyers'>) =>
  figure === 'returningBuyers' ? t.returningBuyers : definitions[locale][metricOf[figure]].name;

function Csv({ comparison }: { comparison: ShowComparison }) {
  const t = useInsightsText();
  const locale = useLocale();
  const { currency, timeZone, shows } = comparison;
  const stamp = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const cell = (figure: ComparedFigure, value: number | null) => {
    if (value === null || !amounts.has(figure)) return value;
    return { number: toDecimalString(Math.round(value), currencyExponents[currency]) };
  };
  const save = () =>
    download(
      `${t.csvShows}.csv`,
      toCsv(
        [t.date, t.show, ...comparedFigures.map((figure) => nameOf(figure, locale, t))],
        shows.map((show) => [
          stamp.format(new Date(show.liveSince)),
          show.title,
          ...comparedFigures.map((figure) => cell(figure, show[figure])),
        ]),
      ),
    );
  return (
    <Button kind="quiet" size="small" onClick={save}>
      <Download size={16} strokeWidth={2} aria-hidden="true" />
      {t.csv}
    </Button>
  );
}
