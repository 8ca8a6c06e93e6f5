import type { ReactNode } from 'react';
import type { PublicShow } from '#contracts/shows';
import { BrandMark } from '../ui/BrandMark.tsx';
import { OnAirBadge } from '../ui/OnAirBadge.tsx';
import css from './LiveHead.module.css';

interface StageHeadProps {
  show: PublicShow;
  /** Plates on the picture, instead of a bar above it. */
  overlay: boolean;
  replay?: boolean;
  /** Behind the badge. */
  state?: ReactNode;
  /** What can be pressed. */
  tools: ReactNode;
  children?: ReactNode;
}

/** Who sends which show, and whether it is live. */
export function StageHead({ show, overlay, replay = false, state, tools, children }: StageHeadProps) {
  const mark = <BrandMark brand={show.brand} size={32} />;
  const title = <h1>{titleOf(show)}</h1>;
  if (!overlay) {
    return (
      <header className={css.bar}>
        {mark}
        <span className={css.by}>{show.brand.name}</span>
        {title}
        <OnAirBadge show={show} replay={replay} />
        {state}
        <nav>{tools}</nav>
        {children}
      </header>
    );
  }
  return (
    <header className={css.head}>
      <div className={css.who}>
        {mark}
        <div>
          <b>{show.brand.name}</b>
          {title}
        </div>
      </div>
      <div className={css.tools}>{tools}</div>
      <div className={css.state}>
        <OnAirBadge show={show} replay={replay} stage />
        {state}
      </div>
      {children}
    </header>
  );
}

export const titleOf = ({ title, subtitle }: PublicShow) => [title, subtitle].filter(Boolean).join(' ');
