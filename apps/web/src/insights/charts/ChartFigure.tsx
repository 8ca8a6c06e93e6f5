import { ChartSpline, Download, Table2 } from 'lucide-react';
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Button } from '../../ui/Button.tsx';
import { Loading, Skeleton } from '../../ui/states.tsx';
import { download, twinCsv } from '../csv.ts';
import css from './Chart.module.css';
import { useChartText } from './text.ts';
import type { FigureProps, TableTwin } from './types.ts';

interface ChartFigureProps extends FigureProps {
  twin: TableTwin;
  /** What is drawn is a table already: only the file is offered. */
  isTable?: boolean;
  /** Height while it loads, so that nothing jumps. */
  height?: number;
  children: ReactNode;
}

/**
 * The frame of every chart: its name, the same numbers as a table one key away (T) and as a file, and what stands there while it loads or
 * when there is nothing to draw.
 */
export function ChartFigure(props: ChartFigureProps) {
  const { title, unit, csvName, tools, loading = false, empty, twin, isTable = false, height = 220, children } = props;
  const t = useChartText();
  const id = useId();
  const [asTable, setAsTable] = useState(false);
  const switcher = useRef<HTMLButtonElement>(null);
  const isEmpty = twin.rows.length === 0;
  const toggle = () => {
    setAsTable((now) => !now);
    switcher.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (isTable || isEmpty || event.metaKey || event.ctrlKey || event.altKey) return;
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement) return;
    if (event.key !== 't' && event.key !== 'T') return;
    event.preventDefault();
    toggle();
  };
  return (
    <figure className={css.figure} aria-labelledby={id} onKeyDown={onKeyDown}>
      <figcaption className={css.caption}>
        <h2 id={id}>
          {title}
          {unit && <small>{unit}</small>}
        </h2>
        <div className={css.tools}>
          {tools}
          {!loading && !isEmpty && (
            <>
              {!isTable && (
                <Button ref={switcher} kind="quiet" size="small" aria-keyshortcuts="T" onClick={toggle}>
                  {asTable ? (
                    <ChartSpline size={16} strokeWidth={2} aria-hidden="true" />
                  ) : (
                    <Table2 size={16} strokeWidth={2} aria-hidden="true" />
                  )}
                  {asTable ? t.asChart : t.asTable}
                </Button>
              )}
              <Button
                kind="quiet"
                size="small"
                aria-label={t.saveCsv(csvName)}
                onClick={() => download(`${csvName}.csv`, twinCsv(twin))}
              >
                <Download size={16} strokeWidth={2} aria-hidden="true" />
                {t.csv}
              </Button>
            </>
          )}
        </div>
      </figcaption>
      {loading ? (
        <Loading>
          <Skeleton height={height} />
        </Loading>
      ) : isEmpty ? (
        <p className={css.nothing}>{empty ?? t.nothing}</p>
      ) : asTable ? (
        <Twin twin={twin} labelledBy={id} />
      ) : (
        children
      )}
    </figure>
  );
}

/** The numbers of a chart, a row for each of its points. */
function Twin({ twin, labelledBy }: { twin: TableTwin; labelledBy: string }) {
  return (
    <div className={css.twin} tabIndex={0} role="region" aria-labelledby={labelledBy}>
      <table>
        <thead>
          <tr>
            {twin.columns.map(({ name, numeric }) => (
              <th key={name} scope="col" data-numeric={numeric || undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {twin.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) =>
                column === 0 ? (
                  <th key={column} scope="row">
                    {cell.shown}
                  </th>
                ) : (
                  <td key={column} data-numeric={twin.columns[column]?.numeric || undefined}>
                    {cell.shown}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The width that a chart may draw on, in whole pixels; its text is never scaled. */
export function useWidth() {
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
