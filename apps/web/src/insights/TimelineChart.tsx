import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import type { ShowInsights } from '#contracts/insights';
import { formatDate, formatNumber, formatTime, money, useLocale } from '../i18n.ts';
import { sized } from '../ui/ProductPicture.tsx';
import { pinSpan, type Span } from './answer.ts';
import { inBuckets, type Bucket } from './buckets.ts';
import { useInsightsText } from './insights-text.ts';
import { placePins, shortened, textWidth } from './charts/pin-layout.ts';
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
  /** Tells how many minutes a bar stands for, which depends on the width. */
  onBucketSize: (minutes: number) => void;
}

/** People above, money below, one time axis in ink, and the pins along it. Arrow keys walk the points; each is spoken. */
export function TimelineChart({ figures, minutes, answer, previous, onTable, onBucketSize }: TimelineChartProps) {
  const t = useInsightsText();
  useLocale();
  const { ref, width } = useWidth();
  const [at, setAt] = useState<number | null>(null);
  const { timeZone, currency } = figures.show;
  const start = Date.parse(minutes[0]?.at ?? figures.asOf);
  const earlier = previous ? moved(previous.minutes, start) : [];
  const line = timeline(minutes, width, {
    left: LEFT,
    offsetMinutes: zoneOffset(start, timeZone),
    peopleMax: Math.max(figures.viewersPeak, ...earlier.map((minute) => minute.viewers)),
  });
  const { buckets, bucketSize } = line;
  useEffect(() => {
    if (width > 0) onBucketSize(bucketSize);
  }, [width, bucketSize, onBucketSize]);
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
  const peakAt = figures.peakAt ? Date.parse(figures.peakAt) : null;
  const highest = line.buckets.find((bucket) => peakAt !== null && bucket.from <= peakAt && peakAt < bucket.to);
  const peak = highest ? (highest.from + highest.to) / 2 : null;
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
      {previous && <Names line={line} earlier={earlierLine} previous={previous} peak={peak} />}
      {peak !== null && (
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

interface NamesProps {
  line: Timeline;
  earlier: Timeline;
  previous: ShowInsights;
  peak: number | null;
}

/** Each line is named where it runs, the upper one above itself and the lower one below, away from the mark of the peak. */
function Names({ line, earlier, previous, peak }: NamesProps) {
  const t = useInsightsText();
  const shared = Math.min(line.buckets.length, earlier.buckets.length);
  const near = (index: number) => {
    const bucket = line.buckets[index];
    return !bucket || (peak !== null && Math.abs(line.x(bucket.from) - line.x(peak)) < 130);
  };
  const [late, early] = [Math.floor(shared * 0.72), Math.floor(shared * 0.25)];
  const index = near(late) ? early : late;
  const mine = line.buckets[index];
  const theirs = earlier.buckets[index];
  if (!mine || !theirs || shared < 8) return null;
  const [mineY, theirsY] = [line.people(mine.viewers), line.people(theirs.viewers)];
  const mineAbove = mineY <= theirsY;
  const x = line.x(mine.from);
  const below = (y: number) => Math.min(y + 17, place.peopleBottom - 4);
  const date = formatDate(previous.show.liveSince ?? previous.show.startsAt, previous.show.timeZone);
  return (
    <>
      <text className={css.thisName} x={x} y={mineAbove ? mineY - 9 : below(mineY)} textAnchor="middle">
        {t.thisShow}
      </text>
      <text className={css.earlierName} x={x} y={mineAbove ? below(theirsY) : theirsY - 9} textAnchor="middle">
        {t.lastShow(date)}
      </text>
    </>
  );
}

/** A ring on the line with its words beside it, on the side where there is room. */
function Mark({ x, y, right, words }: { x: number; y: number; right: number; words: string }) {
  const fits = x + 10 + textWidth(words, 13) <= right;
  return (
    <g>
      <circle className={css.mark} cx={x} cy={y} r={4} />
      <text className={css.strong} x={fits ? x + 9 : x - 9} y={y - 7} textAnchor={fits ? 'start' : 'end'}>
        {words}
      </text>
    </g>
  );
}

function Money({ line, answer, figures }: { line: Timeline; answer: Span | null; figures: ShowInsights }) {
  const t = useInsightsText();
  const locale = useLocale();
  const { currency, timeZone } = figures.show;
  const best = line.buckets.reduce<Bucket | null>(
    (most, one) => (one.netAmount > (most?.netAmount ?? 0) ? one : most),
    null,
  );
  const top = line.moneyTicks.at(-1) ?? 1;
  const bestWords = best ? `${formatTime(best.from, timeZone)}　${money(best.netAmount, currency)}` : '';
  const half = textWidth(bestWords, 12) / 2;
  const bestX = best ? line.x((best.from + best.to) / 2) : 0;
  return (
    <g>
      {best &&
        line.moneyTicks
          .slice(1)
          .map((tick) => (
            <path key={tick} className={css.grid} d={`M${line.left} ${line.money(tick)}H${line.right}`} />
          ))}
      {best ? (
        <text className={css.tick} x={line.left - 8} y={place.moneyTop + 5} textAnchor="end">
          {axisMoney(top, currency, locale)}
        </text>
      ) : (
        <text className={css.tick} x={line.left + 8} y={place.axis - 12}>
          {figures.show.state === 'ended' ? t.noMoney : t.noMoneyYet}
        </text>
      )}
      <text className={css.tick} x={line.left - 8} y={place.axis + 1} textAnchor="end">
        0
      </text>
      {line.buckets.map((bucket) => {
        if (bucket.netAmount <= 0) return null;
        const middle = (bucket.from + bucket.to) / 2;
        const inAnswer = answer !== null && middle >= answer.from && middle < answer.to;
        const [from, to] = [line.x(bucket.from), line.x(bucket.to)];
        const width = Math.min(WIDEST_BAR, Math.max(1, (to - from) * 0.82));
        const y = line.money(bucket.netAmount);
        return (
          <rect
            key={bucket.from}
            className={inAnswer ? css.barAnswer : css.bar}
            x={(from + to - width) / 2}
            y={y}
            width={width}
            height={Math.max(1, place.axis - y)}
            rx={1.5}
          />
        );
      })}
      {best && (
        <text
          className={css.best}
          x={Math.max(line.left + half, Math.min(bestX, line.right - half))}
          y={line.money(best.netAmount) - 6}
          textAnchor="middle"
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

/** Room for "100万円" beside the axis. */
const LEFT = 56;
const NAME_MAX = 120;
const WIDEST_BAR = 40;

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
