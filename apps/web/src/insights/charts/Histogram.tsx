import { scaleBand, scaleLinear } from '@visx/scale';
import { Bar } from '@visx/shape';
import { useState, type KeyboardEvent } from 'react';
import { formatNumber, useLocale } from '../../i18n.ts';
import { classes } from '../../ui/classes.ts';
import { valueTicks } from './axis.ts';
import { ChartFigure, useWidth } from './ChartFigure.tsx';
import css from './Chart.module.css';
import { textWidth } from './pin-layout.ts';
import { useChartText } from './text.ts';
import { cellOf } from './twins.ts';
import type { FigureProps } from './types.ts';

interface Bin {
  /** "¥5,000–¥9,999". */
  label: string;
  /** Below the axis, where the label is too long. */
  short?: string;
  count: number;
  compare?: number;
}

interface HistogramProps extends FigureProps {
  bins: readonly Bin[];
  /** What is binned: the head of the table's first column. */
  of: string;
  /** What is counted. */
  measure: string;
  /** Draws a hollow bar for the `compare` of each bin: a model beside what was counted. */
  compareName?: string;
  format?: (count: number) => string;
  height?: number;
}

/** How many fall into each bin. Arrow keys walk the bins. */
export function Histogram(props: HistogramProps) {
  const { bins, of, measure, compareName, format = (count) => formatNumber(count), height = 160, ...figure } = props;
  const t = useChartText();
  useLocale();
  return (
    <ChartFigure
      {...figure}
      height={height}
      twin={{
        columns: [
          { name: of },
          { name: measure, numeric: true },
          ...(compareName ? [{ name: compareName, numeric: true }] : []),
        ],
        rows: bins.map(({ label, count, compare }) => [
          { shown: label, csv: label },
          cellOf(count, { format }, t.none),
          ...(compareName ? [cellOf(compare ?? null, { format }, t.none)] : []),
        ]),
      }}
    >
      <Drawing bins={bins} compareName={compareName} format={format} height={height} />
    </ChartFigure>
  );
}

interface DrawingProps {
  bins: readonly Bin[];
  compareName: string | undefined;
  format: (count: number) => string;
  height: number;
}

const [LEFT, TOP] = [56, 24];

function Drawing({ bins, compareName, format, height }: DrawingProps) {
  const t = useChartText();
  const { ref, width } = useWidth();
  const [at, setAt] = useState<number | null>(null);
  const right = Math.max(LEFT + 1, width - 16);
  const bottom = TOP + height;
  const ticks = valueTicks(Math.max(...bins.flatMap(({ count, compare }) => [count, compare ?? 0])));
  const y = scaleLinear({ domain: [0, ticks.at(-1) ?? 1], range: [bottom, TOP], clamp: true });
  const x = scaleBand({ domain: bins.map((_, index) => index), range: [LEFT, right], padding: 0.18 });
  const pointed = at === null ? undefined : bins[at];
  const words = pointed
    ? [pointed.label, format(pointed.count), compareName ? `${compareName} ${format(pointed.compare ?? 0)}` : '']
        .filter(Boolean)
        .join('　')
    : '';
  const widest = Math.max(0, ...bins.map(({ label, short }) => textWidth(short ?? label, 12)));
  const every = Math.max(1, Math.ceil(((widest + 12) * bins.length) / Math.max(1, right - LEFT)));
  const onKeyDown = (event: KeyboardEvent) => {
    const here = at ?? (event.key === 'ArrowLeft' ? bins.length : -1);
    const next = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: bins.length - 1 }[event.key];
    if (event.key === 'Escape') setAt(null);
    else if (next !== undefined) setAt(Math.max(0, Math.min(bins.length - 1, next)));
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={ref}
      className={css.drawing}
      style={{ minHeight: bottom + 24 }}
      role="group"
      tabIndex={0}
      aria-label={t.hint}
      onKeyDown={onKeyDown}
      onBlur={() => setAt(null)}
      onPointerLeave={() => setAt(null)}
    >
      {width > 0 && (
        <svg width={width} height={bottom + 24} aria-hidden="true">
          {ticks.map((tick) => (
            <g key={tick}>
              {tick > 0 && <path className={css.grid} d={`M${LEFT} ${y(tick)}H${right}`} />}
              <text className={css.tick} x={LEFT - 8} y={y(tick) + 4} textAnchor="end">
                {formatNumber(tick)}
              </text>
            </g>
          ))}
          {bins.map((bin, index) => {
            const left = x(index) ?? LEFT;
            const box = { x: left, width: x.bandwidth(), rx: 1.5 };
            return (
              <g key={index} onPointerEnter={() => setAt(index)}>
                <rect {...{ x: left, y: TOP, width: x.bandwidth(), height }} fill="transparent" />
                {bin.count > 0 && (
                  <Bar
                    {...box}
                    className={classes(css.bar, css.tone1)}
                    y={y(bin.count)}
                    height={bottom - y(bin.count)}
                  />
                )}
                {compareName && (bin.compare ?? 0) > 0 && (
                  <Bar
                    {...box}
                    className={classes(css.bar, css.compare)}
                    y={y(bin.compare ?? 0)}
                    height={bottom - y(bin.compare ?? 0)}
                  />
                )}
                {index % every === 0 && (
                  <text className={css.tick} x={left + x.bandwidth() / 2} y={bottom + 18} textAnchor="middle">
                    {bin.short ?? bin.label}
                  </text>
                )}
              </g>
            );
          })}
          <path className={css.axis} d={`M${LEFT} ${bottom}H${right}`} />
          {at !== null && (
            <g className={css.pointer}>
              <Label words={words} x={(x(at) ?? LEFT) + x.bandwidth() / 2} right={right} />
            </g>
          )}
        </svg>
      )}
      <p className="sr" role="status">
        {words}
      </p>
    </div>
  );
}

function Label({ words, x, right }: { words: string; x: number; right: number }) {
  const width = textWidth(words, 12) + 20;
  const left = Math.max(0, Math.min(x - width / 2, right - width));
  return (
    <>
      <rect x={left} y={0} width={width} height={22} rx={3} />
      <text x={left + width / 2} y={15} textAnchor="middle">
        {words}
      </text>
    </>
  );
}
