import { useState, type KeyboardEvent, type PointerEvent } from 'react';
import { formatDuration, formatTime, useLocale } from '../../i18n.ts';
import { classes } from '../../ui/classes.ts';
import { ChartFigure, useWidth } from './ChartFigure.tsx';
import css from './Chart.module.css';
import { Lane } from './Lane.tsx';
import { layOut, type ChartLayout } from './layout.ts';
import { PanelMarks } from './PanelMarks.tsx';
import { textWidth } from './pin-layout.ts';
import { useChartText } from './text.ts';
import { timeTwin } from './twins.ts';
import type { FigureProps, LaneItem, Mark, Panel, Slot, Span } from './types.ts';

interface TimeChartProps extends FigureProps {
  slots: readonly Slot[];
  /** From the top down, over one time axis. */
  panels: readonly Panel[];
  /** Whose clock the axis shows; null where times are milliseconds of a recording. */
  timeZone: string | null;
  /** What is drawn, where that is more than the slots: a show that has just begun has room to grow. */
  to?: number;
  spans?: readonly Span[];
  marks?: readonly Mark[];
  lane?: readonly LaneItem[];
  /** Columns of the table that are not drawn. */
  more?: readonly { name: string; of: (index: number) => number }[];
  /** A column of the table beside the figures: what was on screen then. */
  note?: { name: string; of: (slot: Slot) => string };
  /** What the chart says, in a sentence, for who cannot see it. */
  summary?: string;
}

/**
 * Lines and bars over one time axis in ink, with what happened along it. Arrow keys walk the slots and each is spoken; the table has the
 * same slots.
 */
export function TimeChart(props: TimeChartProps) {
  const { slots, panels, timeZone, to, spans, marks, lane, more, note, summary, ...figure } = props;
  const t = useChartText();
  useLocale();
  const twin = timeTwin(slots, panels, {
    time: timeZone === null ? t.position : t.time,
    none: t.none,
    more: more ?? [],
    note,
  });
  const height = panels.reduce((sum, panel) => sum + (panel.height ?? 120) + 22, 50);
  return (
    <ChartFigure {...figure} twin={twin} height={height}>
      <Drawing
        {...{ slots, panels, timeZone, to }}
        {...{ spans: spans ?? [], marks: marks ?? [], lane: lane ?? [], summary: summary ?? '' }}
      />
    </ChartFigure>
  );
}

interface DrawingProps {
  slots: readonly Slot[];
  panels: readonly Panel[];
  timeZone: string | null;
  to: number | undefined;
  spans: readonly Span[];
  marks: readonly Mark[];
  lane: readonly LaneItem[];
  summary: string;
}

function Drawing({ slots, panels, timeZone, to, spans, marks, lane, summary }: DrawingProps) {
  const t = useChartText();
  const { ref, width } = useWidth();
  const [at, setAt] = useState<number | null>(null);
  const from = slots[0]?.from ?? 0;
  const end = Math.max(to ?? 0, slots.at(-1)?.to ?? 0);
  const layout = layOut(slots, panels, { width, from, to: end, hasLane: lane.length > 0, timeZone });
  const pointed = at === null ? null : Math.min(at, slots.length - 1);
  const words = pointed === null ? '' : spoken(slots, panels, pointed, t.none);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    const last = slots.length - 1;
    const here = at ?? (event.key === 'ArrowLeft' ? slots.length : -1);
    const next = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: last }[event.key];
    if (event.key === 'Escape') setAt(null);
    else if (next !== undefined) setAt(Math.max(0, Math.min(last, next)));
    else return;
    event.preventDefault();
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const index = slots.findIndex((slot) => layout.x(slot.to) > x);
    setAt(index >= 0 && x >= layout.left ? index : null);
  };

  return (
    <div
      ref={ref}
      className={css.drawing}
      style={{ minHeight: layout.height }}
      role="group"
      tabIndex={0}
      aria-label={`${summary} ${t.hint}`.trim()}
      onKeyDown={onKeyDown}
      onBlur={() => setAt(null)}
      onPointerMove={onPointerMove}
      onPointerLeave={() => setAt(null)}
    >
      {width > 0 && (
        <svg width={width} height={layout.height} aria-hidden="true">
          <Spans layout={layout} spans={spans} />
          {layout.panels.map((panel, index) => (
            <PanelMarks key={index} {...{ panel, layout, slots, spans, marks, isFirst: index === 0 }} />
          ))}
          <TimeAxis layout={layout} timeZone={timeZone} />
          {lane.length > 0 && <Lane layout={layout} items={lane} />}
          {pointed !== null && <Pointer layout={layout} slot={pointed} words={words} />}
        </svg>
      )}
      <p className="sr" role="status">
        {words}
      </p>
    </div>
  );
}

/** "20:34, 1,248人, ¥79,780": the values of a slot, in the order of the panels. */
function spoken(slots: readonly Slot[], panels: readonly Panel[], index: number, none: string): string {
  const values = panels.flatMap(({ series, format }) =>
    series
      .filter((one) => one.tone !== 'compare' || one.values[index] !== undefined)
      .map((one) => {
        const value = one.values[index] ?? null;
        const said = value === null ? none : format(value);
        return series.length > 1 ? `${one.name} ${said}` : said;
      }),
  );
  return [slots[index]?.label ?? '', ...values].join('　');
}

function Spans({ layout, spans }: { layout: ChartLayout; spans: readonly Span[] }) {
  return spans.map((span, index) => {
    const from = Math.max(layout.left, layout.x(span.from));
    const to = Math.min(layout.right, layout.x(span.to));
    if (to <= from) return null;
    return (
      <g key={index}>
        <rect
          className={span.tone === 'deal' ? css.spanDeal : css.spanAnswer}
          {...{ x: from, y: 6, width: to - from, height: layout.axis - 6 }}
        />
        {span.name && to - from > 12 && (
          <text
            className={css.spanName}
            x={Math.max(layout.left + textWidth(span.name, 12) / 2, Math.min((from + to) / 2, layout.right - 40))}
            y={18}
            textAnchor="middle"
          >
            {span.name}
          </text>
        )}
      </g>
    );
  });
}

function TimeAxis({ layout, timeZone }: { layout: ChartLayout; timeZone: string | null }) {
  const { axis, left, right } = layout;
  return (
    <g>
      <path className={css.axis} d={`M${left} ${axis}H${right}`} />
      {layout.timeTicks.map(({ at, label }, index) => {
        const words = label ?? (timeZone === null ? formatDuration(at / 1000) : formatTime(at, timeZone));
        const half = textWidth(words, 12) / 2;
        const x = layout.x(at);
        return (
          <g key={index}>
            <path className={css.axisTick} d={`M${x} ${axis}v6`} />
            <text className={css.tick} x={Math.min(x, right + 12 - half)} y={axis + 18} textAnchor="middle">
              {words}
            </text>
          </g>
        );
      })}
    </g>
  );
}

function Pointer({ layout, slot, words }: { layout: ChartLayout; slot: number; words: string }) {
  const x = layout.middle(slot);
  const width = textWidth(words, 12) + 20;
  const left = Math.max(0, Math.min(x - width / 2, layout.right - width));
  return (
    <g className={css.pointer}>
      <path d={`M${x} 22V${layout.axis}`} />
      {layout.panels
        .filter(({ panel }) => panel.kind === 'line')
        .flatMap(({ panel, y }) =>
          panel.series.map((series) => {
            const value = series.values[slot];
            if (value === null || value === undefined) return null;
            return <circle key={series.id} className={classes(css.dot)} cx={x} cy={y(value)} r={3.5} />;
          }),
        )}
      <rect x={left} y={0} width={width} height={22} rx={3} />
      <text x={left + width / 2} y={15} textAnchor="middle">
        {words}
      </text>
    </g>
  );
}
