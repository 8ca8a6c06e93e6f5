import { Def } from '../Def.tsx';
import type { Shown } from './figures.ts';
import css from './Overview.module.css';
import { useOverviewText } from './texts.ts';

const keyOf = ({ metric, name }: Shown) => `${metric} ${name ?? ''}`;

/** Six ruled figures. */
export function FigureTiles({ figures }: { figures: Shown[] }) {
  const t = useOverviewText();
  return (
    <dl className={css.tiles} aria-label={t.figures}>
      {figures.map((figure) => (
        <div key={keyOf(figure)}>
          <dt>{figure.name ? <Def metric={figure.metric}>{figure.name}</Def> : <Def metric={figure.metric} />}</dt>
          <dd>{figure.value}</dd>
          <dd className={css.below}>{figure.since ?? figure.of}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A ruled line for each figure: what it was divided from, and how it has moved. */
export function FigureList({ figures }: { figures: Shown[] }) {
  return (
    <dl className={css.list}>
      {figures.map((figure) => (
        <div key={keyOf(figure)}>
          <dt>{figure.name ? <Def metric={figure.metric}>{figure.name}</Def> : <Def metric={figure.metric} />}</dt>
          <dd>
            <b>{figure.value}</b>
          </dd>
          <dd className={css.below}>{figure.of}</dd>
          <dd className={css.below}>{figure.since}</dd>
        </div>
      ))}
    </dl>
  );
}
