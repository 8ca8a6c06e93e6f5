import type { ComponentProps, ReactNode } from 'react';
import css from './Button.module.css';
import { classes } from './classes.ts';

export interface ButtonLook {
  /** fill: the one main action of a view · outline: others · quiet: in text · danger: destructive, danger-fill: its confirmation */
  kind?: 'fill' | 'outline' | 'quiet' | 'danger' | 'danger-fill';
  /** 52 px, for the main action on a phone; `touch` is 44. */
  size?: 'small' | 'normal' | 'touch' | 'big';
  wide?: boolean;
  children?: ReactNode;
}

type ButtonProps = ButtonLook &
  ComponentProps<'button'> & { /** Works: pressed, and the answer is awaited. */ busy?: boolean };

export function Button({ kind, size, wide, busy = false, className, children, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={buttonClass({ kind, size, wide }, busy && css.busy, className)}
    >
      {busy && <span className={css.spinner} aria-hidden="true" />}
      {children}
    </button>
  );
}

/** The class names of a button's look. */
export function buttonClass(
  { kind = 'outline', size = 'normal', wide }: ButtonLook,
  ...more: (string | false | undefined)[]
): string {
  const kinds = {
    fill: css.fill,
    outline: css.outline,
    quiet: css.quiet,
    danger: css.danger,
    'danger-fill': css.dangerFill,
  };
  const sizes = { small: css.small, normal: '', touch: css.touch, big: css.big };
  return classes(css.button, kinds[kind], sizes[size], wide && css.wide, ...more);
}
