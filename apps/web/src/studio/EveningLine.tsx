import { useEffect, useRef, useState } from 'react';
import type { PublicShow } from '#contracts/shows';
import { useNow } from '../clock.ts';
import { formatDateTime, formatTime } from '../i18n.ts';
import css from './EveningLine.module.css';
import { fitting, marksOf, pathOf, spanOf, textWidth, ticksOf } from './evening.ts';
import { useStudioText } from './texts.ts';
import type { Evening } from './useEvening.ts';

const TOP = 30; // room for the figure of now
const AXIS = 84;
const LABELS = 103;
const MARGIN = 24;

/** The evening as one line: people above the axis, what was on screen below it. The axis up to now is the show's time edge. */
export function EveningLine({ show, evening, people }: { show: PublicShow; evening: Evening; people: number }) {
  const t = useStudioText();
  const { ref, width } = useWidth();
  const clock = useNow(5_000);
  const zone = show.brand.timeZone;
  const begun = show.liveSince !== null;
  const start = Date.parse(show.liveSince ?? show.startsAt);
  const now = show.endedAt === null ? clock : Date.parse(show.endedAt);
  const plan = { start: Date.parse(show.startsAt), end: show.endsAt === null ? null : Date.parse(show.endsAt) };
  const { from, to } = spanOf(start, plan, begun ? now : start);
  const x = (at: number) => MARGIN + ((at - from) / (to - from)) * (width - 2 * MARGIN);
  const top = Math.max(10, evening.peak * 1.1);
  const y = (count: number) => AXIS - (count / top) * (AXIS - TOP);
  const nowX = begun ? x(now) : MARGIN;
  const line = begun ? pathOf(evening.samples, { x, y }, now) : '';
  const marks = marksOf(show.pins, show.offers, t.pieces);
  const labels = labelsOf();
  const live = show.state === 'live';

  /** What stands below the axis, most important first: what is on screen, then earlier pins from the newest, the ends, round times. */
  function labelsOf() {
    const pins = marks
      .toReversed()
      .sort((a, b) => Number(b.now) - Number(a.now))
      .map((mark) => ({ ...mark, x: x(mark.at) + 6, width: textWidth(mark.text), tone: mark.now ? 'now' : 'pin' }));
    const edges = [from, to].map((at, index) => ({
      ...clockLabel(at),
      x: index === 0 ? MARGIN : width - MARGIN - 34,
    }));
    const rounds = ticksOf(from, to, width, 180).map(clockLabel);
    return fitting([...pins, ...edges, ...rounds], width - 8);
  }
  function clockLabel(at: number) {
    return { key: `time-${at}`, text: formatTime(at, zone), x: x(at) - 17, width: 34, tone: 'time' };
  }

  const nowText = t.eveningNow(people);
  const nowLeft = nowX + textWidth(nowText) + 30 > width;
  return (
    <div className={css.sill} ref={ref}>
      {!begun && (
        <p className={css.plan}>
          <b>{show.title}</b>
          <span>
            {formatDateTime(show.startsAt, zone)}
            {show.endsAt === null ? '' : `–${formatTime(show.endsAt, zone)}`}　{t.zone(zone)}
          </span>
          <a href={`/s/${show.slug}`} target="_blank" rel="noreferrer">
            {t.viewerPage}
          </a>
        </p>
      )}
      {width > 0 && (
        <svg
          width={width}
          height={111}
          viewBox={`0 0 ${width} 111`}
          role="img"
          aria-label={t.eveningAlt(formatTime(from, zone), people)}
        >
          {line !== '' && (
            <>
              <path d={`${line}V${AXIS}H${x(evening.samples[0]?.at ?? from).toFixed(1)}Z`} className={css.area} />
              <path d={line} className={css.line} />
            </>
          )}
          {ticksOf(from, to, width, 50).map((at) => (
            <path key={at} d={`M${x(at)} ${AXIS}v5`} className={css.tick} />
          ))}
          <path d={`M${MARGIN} ${AXIS}H${width - MARGIN}`} className={css.tick} />
          {begun && <path d={`M${MARGIN} ${AXIS}H${nowX}`} className={css.edge} data-live={live ? '' : undefined} />}
          {marks.map((mark) => (
            <path key={mark.key} d={`M${x(mark.at)} ${AXIS}v-9`} className={css.mark} />
          ))}
          {labels.map((label) => (
            <text key={label.key} x={label.x} y={LABELS} className={css[label.tone]}>
              {label.text}
            </text>
          ))}
          {begun && live && (
            <>
              <path d={`M${nowX} 8V90`} className={css.nowLine} />
              <text
                x={nowLeft ? nowX - 9 : nowX + 9}
                y={20}
                textAnchor={nowLeft ? 'end' : 'start'}
                className={css.people}
              >
                {nowText}
              </text>
            </>
          )}
        </svg>
      )}
    </div>
  );
}

function useWidth() {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, width };
}
