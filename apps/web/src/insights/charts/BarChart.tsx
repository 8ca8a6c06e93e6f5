import type { CsvCell } from '#contracts/csv';
import { ChartFigure } from './ChartFigure.tsx';
import css from './Chart.module.css';
import { useChartText } from './text.ts';
import { cellOf } from './twins.ts';
import type { FigureProps, Tone } from './types.ts';

interface BarChartProps extends FigureProps {
  /** What the bars are of: the head of the table's first column. */
  of: string;
  /** What they count: the head of its second. */
  measure: string;
  bars: readonly { name: string; value: number | null; compare?: number | null; tone?: Exclude<Tone, 'compare'> }[];
  /** Named where bars carry a value to compare with. */
  compareName?: string;
  format: (value: number) => string;
  csv?: (value: number) => CsvCell;
}

const tones = { 1: css.tone1, 2: css.tone2, 3: css.tone3, 4: css.tone4 };

/** A value for each of a few named things, in the order given. The comparison is a hollow bar. */
export function BarChart({ of, measure, bars, compareName, format, csv, ...figure }: BarChartProps) {
  const t = useChartText();
  const most = Math.max(0, ...bars.flatMap(({ value, compare }) => [value ?? 0, compare ?? 0])) || 1;
  const numbers = { format, ...(csv && { csv }) };
  const width = (value: number | null | undefined) => `${(Math.max(0, value ?? 0) / most) * 100}%`;
  return (
    <ChartFigure
      {...figure}
      twin={{
        columns: [
          { name: of },
          { name: measure, numeric: true },
          ...(compareName ? [{ name: compareName, numeric: true }] : []),
        ],
        rows: bars.map(({ name, value, compare }) => [
          { shown: name, csv: name },
          cellOf(value, numbers, t.none),
          ...(compareName ? [cellOf(compare ?? null, numbers, t.none)] : []),
        ]),
      }}
    >
      <ol className={css.rows} data-plain="">
        {bars.map(({ name, value, compare, tone = 1 }, index) => (
          <li key={index}>
            <span>{name}</span>
            <span className={css.track} aria-hidden="true">
              <i className={tones[tone]} style={{ width: width(value) }} />
              {compareName && <u style={{ width: width(compare) }} />}
            </span>
            <b>{value === null ? t.none : format(value)}</b>
            {compareName && (
              <span className={css.note}>
                {compareName} {compare === null || compare === undefined ? t.none : format(compare)}
              </span>
            )}
          </li>
        ))}
      </ol>
    </ChartFigure>
  );
}
