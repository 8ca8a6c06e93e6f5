import { ChartSpline, Download, GitCompareArrows, Table2 } from 'lucide-react';
import { useRef, useState } from 'react';
import type { ShowInsights } from '#contracts/insights';
import { toDecimalString, currencyExponents } from '#contracts/money';
import { formatNumber, formatTime, money, useLocale } from '../i18n.ts';
import { Button } from '../ui/Button.tsx';
import { pinSpan, type Span } from './answer.ts';
import { download, toCsv } from './csv.ts';
import { definitions } from './definitions.ts';
import { useInsightsText } from './insights-text.ts';
import css from './ShowInsights.module.css';
import { lastHour } from './timeline.ts';
import { TimelineChart } from './TimelineChart.tsx';
import { zoneName } from './words.ts';

interface ChartSectionProps {
  figures: ShowInsights;
  answer: Span | null;
  previous: ShowInsights | null;
}

const LONG_MINUTES = 90;

/** The show by the minute: as a chart, as the same numbers in a table, or as a file. */
export function ChartSection({ figures, answer, previous }: ChartSectionProps) {
  const t = useInsightsText();
  const locale = useLocale();
  const [asTable, setAsTable] = useState(false);
  const [compared, setCompared] = useState(figures.show.state === 'ended');
  const [bucketSize, setBucketSize] = useState(1);
  const [whole, setWhole] = useState<boolean | null>(null);
  const switcher = useRef<HTMLButtonElement>(null);
  const { show, minutes } = figures;
  const long = minutes.length > LONG_MINUTES;
  // A long live show is watched at its end; a finished one is read as a whole.
  const all = !long || (whole ?? show.state !== 'live');
  const drawn = all ? minutes : lastHour(minutes);
  const comparable = previous !== null && previous.minutes.length > 1 && all;

  const save = () =>
    download(
      t.csvName(show.slug),
      minutesCsv(figures, [
        t.time,
        t.people,
        `${definitions[locale].netSales.name} (${show.currency})`,
        definitions[locale].orders.name,
        definitions[locale].messages.name,
        definitions[locale].hearts.name,
        definitions[locale].clicks.name,
        t.pinnedThen,
      ]),
    );
  const toggle = () => {
    setAsTable((now) => !now);
    switcher.current?.focus();
  };

  return (
    <section className={css.chart} aria-labelledby="chart">
      <header>
        <h2 id="chart">
          {t.chart}
          <small>
            {asTable || bucketSize === 1 ? t.perMinute : t.perMinutes(formatNumber(bucketSize))}
            <span className={css.long}>{t.zone(zoneName(show.timeZone, locale))}</span>
          </small>
        </h2>
        <div className={css.tools}>
          {long && (
            <div className={css.range} role="group" aria-label={t.range}>
              <Button kind="quiet" size="small" aria-pressed={!all} onClick={() => setWhole(false)}>
                {t.rangeHour}
              </Button>
              <Button kind="quiet" size="small" aria-pressed={all} onClick={() => setWhole(true)}>
                {t.rangeAll}
              </Button>
            </div>
          )}
          {comparable && !asTable && (
            <Button kind="quiet" size="small" aria-pressed={compared} onClick={() => setCompared((now) => !now)}>
              <GitCompareArrows size={16} strokeWidth={2} aria-hidden="true" />
              {t.compare}
            </Button>
          )}
          {minutes.length > 0 && (
            <>
              <Button ref={switcher} kind="quiet" size="small" aria-keyshortcuts="T" onClick={toggle}>
                {asTable ? (
                  <ChartSpline size={16} strokeWidth={2} aria-hidden="true" />
                ) : (
                  <Table2 size={16} strokeWidth={2} aria-hidden="true" />
                )}
                {asTable ? t.asChart : t.asTable}
              </Button>
              <Button kind="quiet" size="small" onClick={save}>
                <Download size={16} strokeWidth={2} aria-hidden="true" />
                {t.csv}
              </Button>
            </>
          )}
        </div>
      </header>
      {minutes.length === 0 ? (
        <p className={css.nothing}>{show.state === 'ended' ? t.chartNever : t.chartEmpty}</p>
      ) : asTable ? (
        <MinuteTable figures={figures} minutes={drawn} onChart={toggle} />
      ) : (
        <TimelineChart
          figures={figures}
          minutes={drawn}
          answer={answer}
          previous={comparable && compared ? previous : null}
          onTable={toggle}
          onBucketSize={setBucketSize}
        />
      )}
    </section>
  );
}

/** The numbers of the chart, a row for each minute; T goes back. */
function MinuteTable({
  figures,
  minutes,
  onChart,
}: {
  figures: ShowInsights;
  minutes: ShowInsights['minutes'];
  onChart: () => void;
}) {
  const t = useInsightsText();
  const locale = useLocale();
  const { timeZone, currency } = figures.show;
  const names = definitions[locale];
  return (
    <div
      className={css.minutes}
      tabIndex={0}
      role="region"
      aria-labelledby="chart"
      onKeyDown={(event) => {
        if (event.key !== 't' && event.key !== 'T') return;
        event.preventDefault();
        onChart();
      }}
    >
      <table>
        <thead>
          <tr>
            <th scope="col">{t.time}</th>
            <th scope="col">{t.people}</th>
            <th scope="col">{names.netSales.name}</th>
            <th scope="col">{names.orders.name}</th>
            <th scope="col">{names.messages.name}</th>
            <th scope="col">{names.hearts.name}</th>
            <th scope="col">{names.clicks.name}</th>
            <th scope="col">{t.pinnedThen}</th>
          </tr>
        </thead>
        <tbody>
          {minutes.map((minute) => (
            <tr key={minute.at}>
              <th scope="row">{formatTime(minute.at, timeZone)}</th>
              <td>{formatNumber(minute.viewers)}</td>
              <td>{money(minute.netAmount, currency)}</td>
              <td>{formatNumber(minute.orders)}</td>
              <td>{formatNumber(minute.messages)}</td>
              <td>{formatNumber(minute.hearts)}</td>
              <td>{formatNumber(minute.clicks)}</td>
              <td>{pinnedAt(figures, Date.parse(minute.at))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The product on screen at the start of a minute, or the first one in it. */
function pinnedAt({ pins, asOf }: ShowInsights, minute: number): string {
  const end = Date.parse(asOf);
  const spans = pins.map((pin) => ({ name: pin.productName, ...pinSpan(pin, end) }));
  const then =
    spans.findLast(({ from, to }) => from <= minute && to > minute) ??
    spans.find(({ from }) => from > minute && from < minute + 60_000);
  return then?.name ?? '';
}

/** All minutes, with money as plain numbers of its currency. */
function minutesCsv(figures: ShowInsights, header: string[]): string {
  const { timeZone, currency } = figures.show;
  const stamp = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return toCsv(
    header,
    figures.minutes.map((minute) => [
      stamp.format(new Date(minute.at)),
      minute.viewers,
      Number(toDecimalString(minute.netAmount, currencyExponents[currency])),
      minute.orders,
      minute.messages,
      minute.hearts,
      minute.clicks,
      pinnedAt(figures, Date.parse(minute.at)),
    ]),
  );
}
