import { useLocale } from '../../i18n.ts';
import { ChartFigure } from './ChartFigure.tsx';
import css from './Chart.module.css';
import { heatOf } from './heat.ts';
import { useChartText } from './text.ts';
import { cellOf } from './twins.ts';
import type { FigureProps } from './types.ts';

interface HeatMapProps extends FigureProps {
  /** Head of the first column: "はじめて買った月". */
  of: string;
  columns: readonly string[];
  /** `lead` are cells before the shaded ones, such as the size of a cohort. A null cell is not over yet: empty, not 0. */
  rows: readonly { name: string; lead?: readonly string[]; values: readonly (number | null)[] }[];
  leadColumns?: readonly string[];
  format: (value: number) => string;
  /** The value of the darkest shade; by default the greatest of all. */
  max?: number;
}

const shades = [css.h1, css.h2, css.h3, css.h4, css.h5];

/** A table whose cells are shaded by their value, which is written in them: cohorts by month. */
export function HeatMap({ of, columns, rows, leadColumns = [], format, max, ...figure }: HeatMapProps) {
  const t = useChartText();
  useLocale();
  const most = max ?? Math.max(0, ...rows.flatMap(({ values }) => values.map((value) => value ?? 0)));
  return (
    <ChartFigure
      {...figure}
      isTable
      twin={{
        columns: [of, ...leadColumns, ...columns].map((name) => ({ name })),
        rows: rows.map(({ name, lead = [], values }) => [
          { shown: name, csv: name },
          ...lead.map((words) => ({ shown: words, csv: words })),
          ...values.map((value) => cellOf(value, { format }, '')),
        ]),
      }}
    >
      <div className={css.cells} tabIndex={0} role="region" aria-label={of}>
        <table>
          <thead>
            <tr>
              {[of, ...leadColumns, ...columns].map((name, index) => (
                <th key={index} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, lead = [], values }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {lead.map((words, index) => (
                  <td key={`lead-${index}`}>{words}</td>
                ))}
                {values.map((value, index) =>
                  value === null ? (
                    <td key={index} aria-label={t.unfinished} />
                  ) : (
                    <td key={index} className={shades[heatOf(value, most)]}>
                      {format(value)}
                    </td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </ChartFigure>
  );
}
