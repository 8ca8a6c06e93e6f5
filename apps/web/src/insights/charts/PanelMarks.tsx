import { Area, Bar, LinePath } from '@visx/shape';
import { formatNumber } from '../../i18n.ts';
import { classes } from '../../ui/classes.ts';
import css from './Chart.module.css';
import type { ChartLayout, PanelLayout } from './layout.ts';
import { shortened, textWidth } from './pin-layout.ts';
import type { Mark, Series, Slot, Span, Tone } from './types.ts';

interface PanelMarksProps {
  panel: PanelLayout;
  layout: ChartLayout;
  slots: readonly Slot[];
  spans: readonly Span[];
  marks: readonly Mark[];
  isFirst: boolean;
}

const WIDEST_BAR = 40;
/** Slots wider than this are drawn as steps: between two far points a slope would tell of people who were not there. */
const STEP_WIDTH = 30;
const tones: Record<Tone, string | undefined> = {
  1: css.tone1,
  2: css.tone2,
  3: css.tone3,
  4: css.tone4,
  compare: css.compare,
};

/** The grid, values and names of one panel. */
export function PanelMarks({ panel: laid, layout, slots, spans, marks, isFirst }: PanelMarksProps) {
  const { panel, top, bottom, ticks, y } = laid;
  const axisFormat = panel.axisFormat ?? ((value: number) => formatNumber(value));
  const isEmpty = panel.nothing !== undefined && panel.series.every(({ values }) => values.every((value) => !value));
  const isLowest = bottom === layout.axis;
  return (
    <g>
      {!isEmpty &&
        ticks.map((tick, index) => (
          <g key={tick}>
            {!(isLowest && index === 0) && (
              <path className={index === 0 ? css.base : css.grid} d={`M${layout.left} ${y(tick)}H${layout.right}`} />
            )}
            <text className={css.tick} x={layout.left - 8} y={y(tick) + 4} textAnchor="end">
              {axisFormat(tick)}
            </text>
          </g>
        ))}
      {isEmpty && (
        <text className={css.tick} x={layout.left + 8} y={bottom - 12}>
          {panel.nothing}
        </text>
      )}
      {panel.kind === 'bars' ? (
        <Bars laid={laid} layout={layout} slots={slots} spans={spans} />
      ) : (
        panel.series.map((series) => <Line key={series.id} {...{ series, laid, layout, slots }} />)
      )}
      {panel.kind === 'line' && panel.series.length > 1 && <Names laid={laid} layout={layout} slots={slots} />}
      {isFirst && <Dropped marks={marks} layout={layout} top={top} />}
      {panel.mark && <Ring laid={laid} layout={layout} />}
    </g>
  );
}

interface Point {
  x: number;
  y: number | null;
}

function Line({
  series,
  laid,
  layout,
  slots,
}: {
  series: Series;
  laid: PanelLayout;
  layout: ChartLayout;
  slots: readonly Slot[];
}) {
  const points = series.curve ? curvePoints(series.curve, laid, layout) : slotPoints(series, laid, layout, slots);
  const line = {
    data: points,
    x: (point: Point) => point.x,
    y: (point: Point) => point.y ?? 0,
    defined: (point: Point) => point.y !== null,
  };
  const drawn = points.filter((point) => point.y !== null);
  const single = drawn.length === 1 ? drawn[0] : undefined;
  return (
    <g className={tones[series.tone]}>
      {series.area && (
        <Area data={points} x={line.x} y0={laid.bottom} y1={line.y} defined={line.defined} className={css.area} />
      )}
      <LinePath {...line} className={css.line} />
      {single && <circle className={css.dot} cx={single.x} cy={single.y ?? 0} r={3.5} />}
    </g>
  );
}

/** A value for each slot in its middle, carried to both ends; or steps where the slots are wide and few. */
function slotPoints(series: Series, { y }: PanelLayout, layout: ChartLayout, slots: readonly Slot[]): Point[] {
  const first = slots[0];
  const wide = first && series.area === true && layout.x(first.to) - layout.x(first.from) > STEP_WIDTH;
  return slots.flatMap((slot, index) => {
    const value = series.values[index] ?? null;
    const at = value === null ? null : y(value);
    if (!wide) return [{ x: layout.middle(index), y: at }];
    return [
      { x: layout.x(slot.from), y: at },
      { x: layout.x(slot.to), y: at },
    ];
  });
}

/** Steps of the curve, of which each pixel shows the lowest and the highest: more cannot be seen. */
function curvePoints(curve: NonNullable<Series['curve']>, { y }: PanelLayout, layout: ChartLayout): Point[] {
  const points: Point[] = [];
  let before = 0;
  let column = { pixel: -1, low: 0, high: 0, last: 0 };
  const close = () => {
    if (column.pixel < 0) return;
    for (const value of [column.low, column.high, column.last]) points.push({ x: column.pixel, y: y(value) });
  };
  for (const { at, value } of curve) {
    if (at < layout.from) {
      before = value;
      continue;
    }
    if (at > layout.to) break;
    const pixel = Math.round(layout.x(at));
    if (pixel !== column.pixel) {
      close();
      if (points.length === 0) points.push({ x: layout.left, y: y(before) });
      points.push({ x: pixel, y: y(before) });
      column = { pixel, low: Math.min(before, value), high: Math.max(before, value), last: value };
    } else {
      column = { ...column, low: Math.min(column.low, value), high: Math.max(column.high, value), last: value };
    }
    before = value;
  }
  close();
  const end = Math.min(layout.right, layout.x(curve.at(-1)?.at ?? layout.to));
  if (points.length > 0 && before > 0) points.push({ x: Math.max(end, points.at(-1)?.x ?? end), y: y(before) });
  return points;
}

function Bars({
  laid,
  layout,
  slots,
  spans,
}: {
  laid: PanelLayout;
  layout: ChartLayout;
  slots: readonly Slot[];
  spans: readonly Span[];
}) {
  const { panel, bottom, y } = laid;
  const told = spans.filter(({ tone }) => tone === 'answer');
  const shown = panel.series;
  let best = { index: -1, value: 0 };
  shown[0]?.values.forEach((value, index) => {
    if ((value ?? 0) > best.value) best = { index, value: value ?? 0 };
  });
  const bestWords = best.index < 0 ? '' : `${slots[best.index]?.label ?? ''}　${panel.format(best.value)}`;
  const half = textWidth(bestWords, 12) / 2;
  return (
    <g>
      {slots.map((slot, index) => {
        const room = layout.x(slot.to) - layout.x(slot.from);
        const width = Math.min(WIDEST_BAR, Math.max(1, (room * 0.82) / shown.length));
        const middle = (slot.from + slot.to) / 2;
        const isTold = told.some(({ from, to }) => middle >= from && middle < to);
        return shown.map((series, order) => {
          const value = series.values[index] ?? 0;
          if (value <= 0) return null;
          const left = layout.middle(index) + (order - shown.length / 2) * width;
          const tone = told.length > 0 && shown.length === 1 ? (isTold ? css.tone1 : css.tone4) : tones[series.tone];
          return (
            <Bar
              key={`${index}-${series.id}`}
              className={classes(css.bar, tone)}
              x={left}
              y={y(value)}
              width={width}
              height={Math.max(1, bottom - y(value))}
              rx={1.5}
            />
          );
        });
      })}
      {best.index >= 0 && shown.length === 1 && (
        <text
          className={css.best}
          x={Math.max(layout.left + half, Math.min(layout.middle(best.index), layout.right - half))}
          y={y(best.value) - 6}
          textAnchor="middle"
        >
          {bestWords}
        </text>
      )}
    </g>
  );
}

/** Each line is named where it runs, above itself when it is the upper one there, and away from the others' names. */
function Names({ laid, layout, slots }: { laid: PanelLayout; layout: ChartLayout; slots: readonly Slot[] }) {
  const { panel, y, bottom, mark } = { ...laid, mark: laid.panel.mark };
  const markX = mark ? layout.x(mark.at) : Number.NEGATIVE_INFINITY;
  const taken: { x: number; y: number; half: number }[] = [];
  return panel.series.map((series, order) => {
    const name = shortened(series.name, 12, 160);
    const half = textWidth(name, 12) / 2;
    for (const share of [0.72, 0.3, 0.5, 0.88, 0.15]) {
      const index = Math.floor(slots.length * share);
      const value = series.values[index];
      const x = Math.max(layout.left + half + 4, Math.min(layout.middle(index), layout.right - half));
      if (value === null || value === undefined || (order === 0 && Math.abs(x - markX) < 130)) continue;
      const isUpper = panel.series.every((other) => other === series || (other.values[index] ?? 0) <= value);
      const at = isUpper ? Math.max(12, y(value) - 9) : Math.min(y(value) + 17, bottom - 4);
      if (taken.some((other) => Math.abs(other.x - x) < other.half + half + 8 && Math.abs(other.y - at) < 15)) continue;
      taken.push({ x, y: at, half });
      return (
        <text key={series.id} className={classes(css.lineName, tones[series.tone])} x={x} y={at} textAnchor="middle">
          {name}
        </text>
      );
    }
    return null;
  });
}

/** Instants, each with a line down to the axis; words where they do not lie on others. */
function Dropped({ marks, layout, top }: { marks: readonly Mark[]; layout: ChartLayout; top: number }) {
  const taken: { from: number; to: number; row: number }[] = [];
  return marks
    .filter(({ at }) => at >= layout.from && at <= layout.to)
    .map(({ at, name }, index) => {
      const x = layout.x(at);
      const words = shortened(name, 12, 180);
      const width = textWidth(words, 12) + 8;
      const fits = x + width <= layout.right;
      const from = fits ? x : x - width;
      const row = [0, 1, 2].find((one) =>
        taken.every((other) => other.row !== one || other.to < from || from + width < other.from),
      );
      if (row !== undefined) taken.push({ from, to: from + width, row });
      return (
        <g key={index}>
          <path className={css.dropped} d={`M${x} ${top}V${layout.axis}`} />
          <circle className={css.dropDot} cx={x} cy={top} r={3} />
          {row !== undefined && (
            <text
              className={css.strong}
              x={fits ? x + 6 : x - 6}
              y={top + 66 + row * 15}
              textAnchor={fits ? 'start' : 'end'}
            >
              {words}
            </text>
          )}
        </g>
      );
    });
}

/** A ring on the line with its words beside it, on the side where there is room. */
function Ring({ laid, layout }: { laid: PanelLayout; layout: ChartLayout }) {
  const { mark } = laid.panel;
  if (!mark || mark.at < layout.from || mark.at > layout.to) return null;
  const x = layout.x(mark.at);
  const y = laid.y(mark.value);
  const fits = x + 10 + textWidth(mark.words, 13) <= layout.right;
  return (
    <g>
      <circle className={css.ring} cx={x} cy={y} r={4} />
      <text className={css.strong} x={fits ? x + 9 : x - 9} y={y - 7} textAnchor={fits ? 'start' : 'end'}>
        {mark.words}
      </text>
    </g>
  );
}
