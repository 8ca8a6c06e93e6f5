import type { ComponentProps } from 'react';
import { Link } from 'react-router';
import { buttonClass, type ButtonLook } from './Button.tsx';

/** A link that looks like a button: it goes somewhere and changes nothing. */
export function ButtonLink({ kind, size, wide, className, ...rest }: ButtonLook & ComponentProps<typeof Link>) {
  return <Link {...rest} className={buttonClass({ kind, size, wide }, className)} />;
}
