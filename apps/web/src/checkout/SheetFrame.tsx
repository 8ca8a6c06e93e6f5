import { useEffect, useRef, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { classes } from '../ui/classes.ts';
import css from './SheetFrame.module.css';

interface SheetFrameProps {
  label: string;
  /** Null while leaving would lose something: Escape and a press beside the sheet then do nothing. */
  onClose: (() => void) | null;
  /** Two columns, where the screen has room for them. */
  wide?: boolean;
  /** As much of the height as there is: to be read in one look. */
  tall?: boolean;
  children: ReactNode;
}

/**
 * The layer of the buy sheet: modal for the page, but not a native modal dialog. Stripe's library opens 3-D Secure in a frame that
 * it adds to the body, and below a native modal dialog that frame would be inert. So the page's own root is made inert instead.
 */
export function SheetFrame({ label, onClose, wide = false, tall = false, children }: SheetFrameProps) {
  const sheet = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  close.current = onClose;

  useEffect(() => {
    const root = document.getElementById('root');
    const before = document.activeElement;
    root?.setAttribute('inert', '');
    sheet.current?.focus({ preventScroll: true });
    const onKeyDown = (event: KeyboardEvent) => {
      const within = event.target === document.body || sheet.current?.contains(event.target as Node);
      if (event.key === 'Escape' && within && !event.defaultPrevented && !event.isComposing) close.current?.();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => {
      document.removeEventListener('keydown', onKeyDown);
      root?.removeAttribute('inert');
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);

  return createPortal(
    <div className={css.layer} data-theme="light">
      <div className={css.beside} onPointerDown={() => close.current?.()} />
      <div
        ref={sheet}
        className={classes(css.sheet, wide && css.wide, tall && css.tall)}
        role="dialog"
        aria-modal="true"
        aria-label={label}
        tabIndex={-1}
      >
        {children}
      </div>
    </div>,
    document.body,
  );
}
