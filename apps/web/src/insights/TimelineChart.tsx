import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import type { ShowInsights } from '#contracts/insights';
import { formatDate, formatNumber, formatTime, money, useLocale } from '../i18n.ts';
import { sized } from '../ui/ProductPicture.tsx';
import { pinSpan, type Span } from './answer.ts';
import { inBuckets, type Bucket } from './buckets.ts';
import { useInsightsText } from './insights-text.ts';
import { placePins, shortened, textWidth } from './pin-layout.ts';
import { moved, peoplePath, place, timeline, zoneOffset, type Timeline } from './timeline.ts';
import css from './TimelineChart.module.css';
import { axisMoney } from './words.ts';

interface TimelineChartProps {
  figures: ShowInsights;
  /** The part that is drawn. */
  minutes: ShowInsights['minutes'];
  /** What the sentence above speaks of: drawn in the first colour. */
  answer: Span | null;
  previous: ShowInsights | null;
  onTable: () => void;
}

/** People above, money below, one time axis in ink, and the pins along it. Arrow keys walk the points; each is spoken. */
export function TimelineChart({ figures, minutes, answer, previous, onTable }: TimelineChartProps) {
  const t = useInsightsText();
  useLocale();
  const { ref, width } = useWidth();
  const [at, setAt] = useState<number | null>(null);
  const { timeZone, currency } = figures.show;
  const start = Date.parse(minutes[0]?.at ?? figures.asOf);
  const earlier = previous ? moved(previous.minutes, start) : [];
  const line = timeline(minutes, width, {
    left: width < 600 ? 40 : 48,
    offsetMinutes: zoneOffset(start, timeZone),
    peopleMax: Math.max(figures.viewersPeak, ...earlier.map((minute) => minute.viewers)),
  });
  const { buckets } = line;
  const pointed = at === null ? null : (buckets[Math.min(at, buckets.length - 1)] ?? null);
  const words = (bucket: Bucket) =>
    t.point(
      formatTime(bucket.from, timeZone),
      formatNumber(bucket.viewers),
      money(bucket.netAmount, currency),
      formatNumber(bucket.orders),
    );

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    const last = buckets.length - 1;
    const here = at ?? (event.key === 'ArrowLeft' ? buckets.length : -1);
    const next = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: last }[event.key];
    if (event.key === 't' || event.key === 'T') onTable();
    else if (event.key === 'Escape') setAt(null);
    else if (next !== undefined) setAt(Math.max(0, Math.min(last, next)));
    else return;
    event.preventDefault();
  };
  const onPointerMove = (event: PointerEvent) => {
    const time = event.nativeEvent.offsetX;
    const index = buckets.findIndex((bucket) => line.x(bucket.to) > time);
    setAt(index >= 0 && time >= line.left ? index : null);
  };

  return (
    <div
      ref={ref}
      className={css.chart}
      role="group"
      tabIndex={0}
      aria-label={`${summary(figures, line, t)} ${t.chartHint}`}
      onKeyDown={onKeyDown}
      onBlur={() => setAt(null)}
      onPointerMove={onPointerMove}
      onPointerLeave={() => setAt(null)}
    >
      {width > 0 && (
        <svg width={width} height={place.height} aria-hidden="true">
          {answer && <AnswerPart line={line} span={answer} />}
          <People line={line} figures={figures} earlier={earlier} previous={previous} />
          <Money line={line} answer={answer} figures={figures} />
          <TimeAxis line={line} timeZone={timeZone} />
          <Pins line={line} figures={figures} answer={answer} />
          {pointed && <Pointer line={line} bucket={pointed} words={words(pointed)} />}
        </svg>
      )}
      <p className="sr" role="status">
        {pointed ? words(pointed) : ''}
      </p>
    </div>
  );
}

type Words = ReturnType<typeof useInsightsText>;

function summary({ show, viewersPeak, peakAt }: ShowInsights, { buckets }: Timeline, t: Words): string {
  const best = buckets.reduce<Bucket | null>(
    (most, one) => (one.netAmount > (most?.netAmount ?? 0) ? one : most),
    null,
  );
  return t.chartLabel(
    peakAt ? t.chartPeak(formatTime(peakAt, show.timeZone), formatNumber(viewersPeak)) : '',
    best ? t.chartBest(formatTime(best.from, show.timeZone), money(best.netAmount, show.currency)) : '',
  );
}

function AnswerPart({ line, span }: { line: Timeline; span: Span }) {
  const from = Math.max(line.left, line.x(span.from));
  const to = Math.min(line.right, line.x(span.to));
  if (to <= from) return null;
  return <rect className={css.answerPart} x={from} y={6} width={to - from} height={place.axis - 6} />;
}

interface PeopleProps {
  line: Timeline;
  figures: ShowInsights;
  earlier: ShowInsights['minutes'];
  previous: ShowInsights | null;
}

function People({ line, figures, earlier, previous }: PeopleProps) {
  const t = useInsightsText();
  const path = peoplePath(line);
  const first = line.buckets[0];
  const last = line.buckets.at(-1);
  const base = place.peopleBottom;
  const earlierLine = { ...line, buckets: inBuckets(earlier, line.bucketSize).filter((one) => one.to <= line.span.to) };
  const earlierEnd = earlierLine.buckets.at(-1);
  const peak = figures.peakAt ? Date.parse(figures.peakAt) : null;
  return (
    <g>
      {line.peopleTicks.map((tick) => (
        <g key={tick}>
          <path className={tick === 0 ? css.base : css.grid} d={`M${line.left} ${line.people(tick)}H${line.right}`} />
          <text className={css.tick} x={line.left - 8} y={line.people(tick) + 4} textAnchor="end">
            {formatNumber(tick)}
          </text>
        </g>
      ))}
      {first && last && (
        <>
          <path className={css.area} d={`${path}L${line.x(last.to)} ${base}L${line.x(first.from)} ${base}Z`} />
          {earlierLine.buckets.length > 1 && <path className={css.earlier} d={peoplePath(earlierLine)} />}
          <path className={css.people} d={path} />
        </>
      )}
      {previous && earlierEnd && first && (
        <>
          <text
            className={css.earlierName}
            x={Math.min(line.x(earlierEnd.to), line.right)}
            y={Math.min(line.people(earlierEnd.viewers) + 16, base - 4)}
            textAnchor="end"
          >
            {t.lastShow(formatDate(previous.show.liveSince ?? previous.show.startsAt, figures.show.timeZone))}
          </text>
          <text className={css.thisName} x={line.x(first.from) + 6} y={line.people(first.viewers) - 8}>
            {t.thisShow}
          </text>
        </>
      )}
      {peak !== null && first && peak >= first.from && peak <= line.span.to && (
        <Mark
          x={line.x(peak)}
          y={line.people(figures.viewersPeak)}
          right={line.right}
          words={t.peakMark(formatNumber(figures.viewersPeak))}
        />
      )}
    </g>
  );
}

/** A ring on the line with its words beside it, on the side where there is room. */
function Mark({ x, y, right, words }: { x: number; y: number; right: number; words: string }) {
  const fits = x + 10 + textWidth(words, 13) <= right;
  return (
    <g>
      <circle className={css.mark} cx={x} cy={y} r={4} />
      <text className={css.strong} x={fits ? x + 9 : x - 9} y={y - 3} textAnchor={fits ? 'start' : 'end'}>
        {words}
      </text>
    </g>
  );
}

function Money({ line, answer, figures }: { line: Timeline; answer: Span | null; figures: ShowInsights }) {
  const locale = useLocale();
  const { currency, timeZone } = figures.show;
  const best = line.buckets.reduce<Bucket | null>(
    (most, one) => (one.netAmount > (most?.netAmount ?? 0) ? one : most),
    null,
  );
  const top = line.moneyTicks.at(-1) ?? 1;
  const bestWords = best ? `${formatTime(best.from, timeZone)}　${money(best.netAmount, currency)}` : '';
  const bestX = best ? line.x((best.from + best.to) / 2) : 0;
  const bestFits = bestX + 8 + textWidth(bestWords, 12) <= line.right;
  return (
    <g>
      {best &&
        line.moneyTicks
          .slice(1)
          .map((tick) => (
            <path key={tick} className={css.grid} d={`M${line.left} ${line.money(tick)}H${line.right}`} />
          ))}
      <text className={css.tick} x={line.left - 8} y={place.moneyTop + 5} textAnchor="end">
        {best ? axisMoney(top, currency, locale) : ''}
      </text>
      <text className={css.tick} x={line.left - 8} y={place.axis + 1} textAnchor="end">
        0
      </text>
      {line.buckets.map((bucket) => {
        if (bucket.netAmount <= 0) return null;
        const middle = (bucket.from + bucket.to) / 2;
        const inAnswer = answer !== null && middle >= answer.from && middle < answer.to;
        const [from, to] = [line.x(bucket.from), line.x(bucket.to)];
        const gap = Math.min(4, (to - from) * 0.2);
        const y = line.money(bucket.netAmount);
        return (
          <rect
            key={bucket.from}
            className={inAnswer ? css.barAnswer : css.bar}
            x={from + gap / 2}
            y={y}
            width={Math.max(1, to - from - gap)}
            height={Math.max(1, place.axis - y)}
            rx={1.5}
          />
        );
      })}
      {best && (
        <text
          className={css.best}
          x={bestFits ? bestX + 8 : bestX - 8}
          y={line.money(best.netAmount) + (best.netAmount === top ? 4 : 6)}
          textAnchor={bestFits ? 'start' : 'end'}
        >
          {bestWords}
        </text>
      )}
    </g>
  );
}

function TimeAxis({ line, timeZone }: { line: Timeline; timeZone: string }) {
  return (
    <g>
      <path className={css.axis} d={`M${line.left} ${place.axis}H${line.right}`} />
      {line.timeTicks.map((tick) => (
        <g key={tick}>
          <path className={css.axisTick} d={`M${line.x(tick)} ${place.axis}v6`} />
          <text className={css.tick} x={line.x(tick)} y={place.tickLabel} textAnchor="middle">
            {formatTime(tick, timeZone)}
          </text>
        </g>
      ))}
    </g>
  );
}

const NAME_MAX = 120;

function Pins({ line, figures, answer }: { line: Timeline; figures: ShowInsights; answer: Span | null }) {
  const { currency } = figures.show;
  const asOf = Date.parse(figures.asOf);
  const visible = figures.pins
    .map((pin) => ({ pin, span: pinSpan(pin, asOf) }))
    .filter(({ span }) => span.to >= line.span.from && span.from <= line.span.to);
  const spans = visible.map(({ pin, span }) => {
    const x = line.x(Math.max(span.from, line.span.from));
    const end = line.x(Math.min(span.to, line.span.to));
    const name = shortened(pin.productName, 13, NAME_MAX);
    const words = Math.max(textWidth(name, 13), textWidth(money(pin.netAmount, currency), 12));
    // The pin on screen is named before all others: it is what the page is looked at for just now.
    const amount = pin.unpinnedAt === null && figures.show.state === 'live' ? Number.MAX_SAFE_INTEGER : pin.netAmount;
    return { id: pin.id, x, width: Math.max(2, end - x), amount, wordsWidth: place.pictureSize + 8 + words };
  });
  const room = { left: line.left, right: line.right, picture: place.pictureSize, gap: 8 };
  const byId = new Map(visible.map((one) => [one.pin.id, one]));
  return (
    <g>
      {placePins(spans, room).map((placed) => {
        const found = byId.get(placed.id);
        if (!found) return null;
        const { pin, span } = found;
        const now = pin.unpinnedAt === null && figures.show.state === 'live';
        const told = answer !== null && span.from === answer.from && span.to === answer.to;
        return (
          <g key={pin.id} className={told ? css.pinTold : undefined}>
            <path
              className={now ? css.pinNow : told ? css.pinAnswer : css.pinLine}
              d={`M${placed.x} ${place.pinLine}h${Math.max(2, placed.width - 2)}`}
            />
            {placed.label !== 'none' && <Picture url={pin.imageUrl} x={placed.labelX} />}
            {placed.label === 'words' && (
              <>
                <text className={css.pinName} x={placed.labelX + place.pictureSize + 8} y={place.pinPicture + 12}>
                  {shortened(pin.productName, 13, NAME_MAX)}
                </text>
                <text className={css.pinMoney} x={placed.labelX + place.pictureSize + 8} y={place.pinPicture + 28}>
                  {money(pin.netAmount, currency)}
                </text>
              </>
            )}
          </g>
        );
      })}
    </g>
  );
}

function Picture({ url, x }: { url: string | null; x: number }) {
  const box = { x, y: place.pinPicture, width: place.pictureSize, height: place.pictureSize };
  return url === null ? (
    <rect className={css.noPicture} {...box} rx={3} />
  ) : (
    <image className={css.picture} {...box} href={sized(url, 160)} preserveAspectRatio="xMidYMid slice" />
  );
}

function Pointer({ line, bucket, words }: { line: Timeline; bucket: Bucket; words: string }) {
  const x = line.x((bucket.from + bucket.to) / 2);
  const width = textWidth(words, 12) + 20;
  const left = Math.max(0, Math.min(x - width / 2, line.right - width));
  return (
    <g className={css.pointer}>
      <path d={`M${x} 22V${place.axis}`} />
      <circle cx={x} cy={line.people(bucket.viewers)} r={3.5} />
      <rect x={left} y={0} width={width} height={22} rx={3} />
      <text x={left + width / 2} y={15} textAnchor="middle">
        {words}
      </text>
    </g>
  );
}

/** The width that the chart may draw on, in whole pixels; its text is never scaled. */
function useWidth() {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, width };
}
