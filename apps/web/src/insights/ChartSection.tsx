import { GitCompareArrows } from 'lucide-react';
import { useState } from 'react';
import type { ShowCurve, ShowInsights } from '#contracts/insights';
import { currencyExponents, toDecimalString } from '#contracts/money';
import { formatDate, formatNumber, formatTime, money, useLocale } from '../i18n.ts';
import { Button } from '../ui/Button.tsx';
import { pinSpan, type Span } from './answer.ts';
import { secondSlots, TimeChart, type LaneItem, type Mark, type Panel, type Slot } from './charts/index.ts';
import { definitions } from './definitions.ts';
import { useInsightsText } from './insights-text.ts';
import { inSlots, lineOf, stepSeconds, type SlotFigures } from './show-slots.ts';
import { axisMoney, percent, zoneName } from './words.ts';

interface ChartSectionProps {
  figures: ShowInsights;
  /** Null while it is on its way. */
  curve: ShowCurve | null;
  answer: Span | null;
  previous: { figures: ShowInsights; curve: ShowCurve } | null;
}

const SHORTEST_MS = 600_000;
const HOUR_MS = 3_600_000;
/** Around a pin that is looked at closely. */
const MARGIN_MS = 60_000;

/** The evening by the second: people, money, and along it what was on screen, on sale and answered. */
export function ChartSection({ figures, curve, answer, previous }: ChartSectionProps) {
  const t = useInsightsText();
  const locale = useLocale();
  const [compared, setCompared] = useState(figures.show.state === 'ended');
  const [chosen, setChosen] = useState<string | null>(null);
  const { show } = figures;
  const { timeZone, currency } = show;
  const from = Date.parse(curve?.from ?? figures.asOf);
  const to = Math.max(from, Date.parse(curve?.to ?? figures.asOf));
  const ranges = rangesOf(figures, from, to, t);
  const range = ranges.find(({ id }) => id === chosen) ??
    ranges.find(({ id }) => id === defaultRange(figures, from, to)) ?? {
      ...{ id: 'all', from, to },
    };
  const isWhole = range.id === 'all';
  const step = stepSeconds(range.to - range.from);
  const slots = curve && to > from ? secondSlots(range.from, range.to, step, timeZone) : [];
  const values = curve ? inSlots(curve, slots) : [];
  const compare = isWhole && compared ? previous : null;
  const panels = panelsOf({ figures, curve, slots, values, compare, t, locale, from });
  const names = definitions[locale];

  return (
    <TimeChart
      title={t.chart}
      unit={
        <>
          {step < 60
            ? t.perSeconds(formatNumber(step))
            : step === 60
              ? t.perMinute
              : t.perMinutes(formatNumber(step / 60))}
          {t.zone(zoneName(timeZone, locale))}
        </>
      }
      csvName={t.csvName(show.slug)}
      loading={curve === null}
      empty={show.state === 'ended' ? t.chartNever : t.chartEmpty}
      tools={
        <>
          {ranges.length > 1 && (
            <select aria-label={t.range} value={range.id} onChange={(event) => setChosen(event.target.value)}>
              {ranges.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          )}
          {previous && isWhole && (
            <Button kind="quiet" size="small" aria-pressed={compared} onClick={() => setCompared((now) => !now)}>
              <GitCompareArrows size={16} strokeWidth={2} aria-hidden="true" />
              {t.compare}
            </Button>
          )}
        </>
      }
      slots={slots}
      panels={panels}
      timeZone={timeZone}
      to={isWhole ? from + SHORTEST_MS : range.to}
      spans={[
        ...(answer ? [{ ...answer, tone: 'answer' as const }] : []),
        ...figures.deals.map((deal) => ({
          ...{ from: Date.parse(deal.from), to: Date.parse(deal.to), tone: 'deal' as const },
          name: t.dealSpan(formatNumber(deal.units), formatNumber(deal.quantity)),
        })),
      ]}
      marks={marksOf(figures, t)}
      lane={laneOf(figures, answer)}
      more={[
        { name: names.orders.name, of: (index) => values[index]?.orders ?? 0 },
        { name: names.messages.name, of: (index) => values[index]?.messages ?? 0 },
        { name: names.hearts.name, of: (index) => values[index]?.hearts ?? 0 },
        { name: names.clicks.name, of: (index) => values[index]?.clicks ?? 0 },
      ]}
      note={{ name: t.pinnedThen, of: (slot) => pinnedIn(figures, slot) }}
      summary={t.chartLabel(
        figures.peakAt ? t.chartPeak(formatTime(figures.peakAt, timeZone), formatNumber(figures.viewersPeak)) : '',
        bestWords(slots, values, (amount) => money(amount, currency), t),
      )}
    />
  );
}

type Words = ReturnType<typeof useInsightsText>;

function bestWords(slots: readonly Slot[], values: readonly SlotFigures[], yen: (amount: number) => string, t: Words) {
  const best = values.reduce((most, one, index) => (one.netAmount > (values[most]?.netAmount ?? 0) ? index : most), 0);
  const amount = values[best]?.netAmount ?? 0;
  return amount > 0 ? t.chartBest(slots[best]?.label ?? '', yen(amount)) : '';
}

/** The whole evening, its last hour while it is long, and each time that something was on screen. */
function rangesOf(figures: ShowInsights, from: number, to: number, t: Words) {
  const { show, pins, asOf } = figures;
  const all = { id: 'all', name: t.rangeAll, from, to };
  const hour = to - from > 1.5 * HOUR_MS ? [{ id: 'hour', name: t.rangeHour, from: to - HOUR_MS, to }] : [];
  const shown = pins.map((pin) => {
    const span = pinSpan(pin, Math.min(to, Date.parse(asOf)));
    return {
      id: pin.id,
      name: `${formatTime(span.from, show.timeZone)} ${pin.productName}`,
      from: Math.max(from, Math.floor((span.from - MARGIN_MS) / 60_000) * 60_000),
      to: Math.min(to, span.to + MARGIN_MS),
    };
  });
  return [all, ...hour, ...shown.filter((one) => one.to > one.from)];
}

/** A long show that is live is watched at its end; a finished one is read as a whole. */
const defaultRange = ({ show }: ShowInsights, from: number, to: number) =>
  show.state === 'live' && to - from > 1.5 * HOUR_MS ? 'hour' : 'all';

interface PanelParts {
  figures: ShowInsights;
  curve: ShowCurve | null;
  slots: readonly Slot[];
  values: readonly SlotFigures[];
  compare: ChartSectionProps['previous'];
  t: Words;
  locale: ReturnType<typeof useLocale>;
  from: number;
}

function panelsOf({ figures, curve, slots, values, compare, t, locale, from }: PanelParts): Panel[] {
  const { show, peakAt, viewersPeak } = figures;
  const shift = compare ? from - Date.parse(compare.curve.from) : 0;
  const earlier = compare
    ? inSlots(
        compare.curve,
        slots.map((slot) => ({ ...slot, from: slot.from - shift, to: slot.to - shift })),
      )
    : [];
  const earlierEnd = compare ? Date.parse(compare.curve.to) + shift : 0;
  return [
    {
      kind: 'line',
      format: (value) => t.peopleCount(formatNumber(value)),
      axisFormat: (value) => formatNumber(value),
      series: [
        {
          ...{ id: 'now', name: compare ? t.thisShow : t.people, tone: 1, area: true },
          values: values.map(({ viewers }) => viewers),
          ...(curve && { curve: lineOf(curve) }),
        },
        ...(compare
          ? [
              {
                ...{ id: 'before', tone: 'compare' as const },
                name: t.lastShow(formatDate(compare.figures.show.liveSince ?? '', show.timeZone)),
                values: slots.map((slot, index) => (slot.from < earlierEnd ? (earlier[index]?.viewers ?? null) : null)),
              },
            ]
          : []),
      ],
      ...(peakAt && {
        mark: { at: Date.parse(peakAt), value: viewersPeak, words: t.peakMark(formatNumber(viewersPeak)) },
      }),
    },
    {
      kind: 'bars',
      height: 76,
      format: (value) => money(value, show.currency),
      axisFormat: (value) => axisMoney(value, show.currency, locale),
      csv: (value) => ({ number: toDecimalString(value, currencyExponents[show.currency]) }),
      nothing: show.state === 'ended' ? t.noMoney : t.noMoneyYet,
      series: [
        {
          ...{ id: 'net', name: definitions[locale].netSales.name, tone: 1 },
          values: values.map(({ netAmount }) => netAmount),
        },
      ],
    },
  ];
}

/** Waves that the host sent into the room, with what came back. */
function marksOf({ surveys, show }: ShowInsights, t: Words): Mark[] {
  return surveys.map(({ kind, openedAt, answers, value }) => ({
    at: Date.parse(openedAt),
    name: t.surveyMark(
      formatTime(openedAt, show.timeZone),
      kind === 'stars' ? '★' : kind.toUpperCase(),
      formatNumber(answers),
      value === null
        ? t.noFigure
        : kind === 'csat'
          ? percent(value)
          : formatNumber(kind === 'nps' ? value * 100 : value, { maximumFractionDigits: 1 }),
    ),
  }));
}

function laneOf({ pins, show, asOf }: ShowInsights, answer: Span | null): LaneItem[] {
  return pins.map((pin) => {
    const span = pinSpan(pin, Date.parse(asOf));
    const isNow = pin.unpinnedAt === null && show.state === 'live';
    const isTold = answer !== null && span.from === answer.from && span.to === answer.to;
    return {
      ...{ id: pin.id, from: span.from, to: span.to, name: pin.productName, imageUrl: pin.imageUrl },
      detail: money(pin.netAmount, show.currency),
      // The pin on screen is named before all others: it is what the page is looked at for just now.
      weight: isNow ? Number.MAX_SAFE_INTEGER : pin.netAmount,
      tone: isNow ? 'now' : isTold ? 'answer' : 'plain',
    };
  });
}

/** The product on screen at the start of a slot, or the first one in it. */
function pinnedIn({ pins, asOf }: ShowInsights, slot: Slot): string {
  const end = Date.parse(asOf);
  const spans = pins.map((pin) => ({ name: pin.productName, ...pinSpan(pin, end) }));
  const then =
    spans.findLast(({ from, to }) => from <= slot.from && to > slot.from) ??
    spans.find(({ from }) => from > slot.from && from < slot.to);
  return then?.name ?? '';
}
