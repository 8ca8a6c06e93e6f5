import type { ReactNode } from 'react';
import css from './Tag.module.css';
import { classes } from './classes.ts';

/** A small word that says what something is. Tones carry their meaning of look: shu now, ai yours, matsu done, yama caution, enji failed. */
export function Tag({
  tone = 'plain',
  children,
  className,
}: {
  tone?: 'plain' | 'line' | 'shu' | 'ai' | 'matsu' | 'yama' | 'enji';
  children: ReactNode;
  className?: string;
}) {
  return <span className={classes(css.tag, css[tone], className)}>{children}</span>;
}
