import { useLocale } from '../../i18n.ts';
import { ChartFigure } from './ChartFigure.tsx';
import css from './Chart.module.css';
import { heatOf } from './heat.ts';
import { useChartText } from './text.ts';
import { cellOf } from './twins.ts';
import type { FigureProps } from './types.ts';

interface GridCell {
  value: number | null;
  /** One line below the value: its share, its money. */
  note?: string;
}

interface GridProps extends FigureProps {
  /** What goes down and what goes across, as their heads: "R（最近）", "F（回数）". */
  down: { name: string; labels: readonly string[] };
  across: { name: string; labels: readonly string[] };
  /** By row, then by column. */
  cells: readonly (readonly GridCell[])[];
  format: (value: number) => string;
  selected?: { row: number; column: number } | null;
  /** Makes the cells buttons. */
  onSelect?: (row: number, column: number) => void;
}

const shades = [css.h1, css.h2, css.h3, css.h4, css.h5];

/** Two scores against each other, as RFM's 5×5: a table, shaded, whose cells may be picked. */
export function Grid({ down, across, cells, format, selected, onSelect, ...figure }: GridProps) {
  const t = useChartText();
  useLocale();
  const most = Math.max(0, ...cells.flatMap((row) => row.map(({ value }) => value ?? 0)));
  return (
    <ChartFigure
      {...figure}
      isTable
      twin={{
        columns: [down.name, across.name, t.count].map((name, index) => ({ name, numeric: index === 2 })),
        rows: cells.flatMap((row, r) =>
          row.map((cell, c) => [
            { shown: down.labels[r] ?? '', csv: down.labels[r] ?? '' },
            { shown: across.labels[c] ?? '', csv: across.labels[c] ?? '' },
            cellOf(cell.value, { format }, t.none),
          ]),
        ),
      }}
    >
      <div className={css.sided}>
        <span className={css.side} aria-hidden="true">
          {down.name}
        </span>
        <div className={css.cells}>
          <table>
            <caption>{across.name}</caption>
            <thead>
              <tr>
                <td />
                {across.labels.map((label) => (
                  <th key={label} scope="col">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {cells.map((row, r) => (
                <tr key={r}>
                  <th scope="row">{down.labels[r]}</th>
                  {row.map(({ value, note }, c) => (
                    <td key={c} className={value === null ? undefined : shades[heatOf(value, most)]}>
                      {value !== null && onSelect ? (
                        <button
                          type="button"
                          aria-pressed={selected?.row === r && selected.column === c}
                          aria-label={[
                            `${down.name} ${down.labels[r]}`,
                            `${across.name} ${across.labels[c]}`,
                            format(value),
                            note ?? '',
                          ]
                            .filter(Boolean)
                            .join('　')}
                          onClick={() => onSelect(r, c)}
                        >
                          {format(value)}
                          {note && <span>{note}</span>}
                        </button>
                      ) : (
                        value !== null && format(value)
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </ChartFigure>
  );
}
