import { formatNumber, useLocale } from '../../i18n.ts';
import { percent } from '../words.ts';
import { ChartFigure } from './ChartFigure.tsx';
import css from './Chart.module.css';
import { useChartText } from './text.ts';
import { cellOf } from './twins.ts';
import type { FigureProps } from './types.ts';

interface FunnelProps extends FigureProps {
  /** Each later step counts people who also took those before it; null where it cannot be known yet. */
  steps: readonly { name: string; people: number | null; /** One line below the step. */ note?: string }[];
  /** "2,846人". */
  format?: (people: number) => string;
}

/** People step by step. Each share is of the step before; the table has those of the first step too. */
export function Funnel({ steps, format = (people) => formatNumber(people), ...figure }: FunnelProps) {
  const t = useChartText();
  useLocale();
  const first = steps[0]?.people ?? 0;
  const most = Math.max(1, ...steps.map(({ people }) => people ?? 0));
  const shareOf = (people: number | null, whole: number | null | undefined) =>
    people === null || !whole ? null : people / whole;
  const rows = steps.map((step, index) => ({
    ...step,
    ofBefore: index === 0 ? null : shareOf(step.people, steps[index - 1]?.people),
    ofFirst: shareOf(step.people, first),
  }));
  return (
    <ChartFigure
      {...figure}
      twin={{
        columns: [
          { name: t.step },
          { name: t.people, numeric: true },
          { name: t.ofBefore, numeric: true },
          { name: t.ofFirst, numeric: true },
        ],
        rows: rows.map(({ name, people, ofBefore, ofFirst }) => [
          { shown: name, csv: name },
          cellOf(people, { format }, t.none),
          cellOf(ofBefore, { format: percent }, t.none),
          cellOf(ofFirst, { format: percent }, t.none),
        ]),
      }}
    >
      <ol className={css.rows}>
        {rows.map(({ name, people, ofBefore, note }, index) => (
          <li key={name}>
            <span>{name}</span>
            <span className={css.track} aria-hidden="true">
              <i style={{ width: `${((people ?? 0) / most) * 100}%` }} />
            </span>
            <b>{people === null ? t.none : format(people)}</b>
            <span className={css.share} aria-label={index > 0 ? t.beforeShare(percent(ofBefore)) : undefined}>
              {index > 0 ? percent(ofBefore) : ''}
            </span>
            {note && <span className={css.note}>{note}</span>}
          </li>
        ))}
      </ol>
    </ChartFigure>
  );
}
