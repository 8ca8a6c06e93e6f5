import { X } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { texts } from '../i18n.ts';
import css from './Sheet.module.css';
import { classes } from './classes.ts';

const useWords = texts({ ja: { close: '閉じる' }, en: { close: 'Close' } });

interface SheetProps {
  /** Name for assistive technology, and the heading unless `head` is given. */
  title: string;
  onClose: () => void;
  /** Replaces the plain heading row; draw your own close button in it. */
  head?: ReactNode;
  /** Stays at the lower edge, never scrolled away. */
  foot?: ReactNode;
  children: ReactNode;
  /** bottom: a sheet from the lower edge on phones, a panel at the right from 1024 px · dialog: in the middle */
  place?: 'bottom' | 'dialog';
  theme?: 'light' | 'dark';
  className?: string;
}

/**
 * A modal layer on the native dialog element: the browser traps the focus, makes the rest inert and gives the focus back.
 * Escape and a press beside it close it. It is modal while it stands: unmount it to close.
 */
export function Sheet({ title, onClose, head, foot, children, place = 'bottom', theme, className }: SheetProps) {
  const t = useWords();
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    if (dialog && !dialog.open) dialog.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      aria-label={title}
      data-theme={theme}
      className={classes(css.sheet, place === 'dialog' ? css.dialog : css.bottom, className)}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div className={css.body}>
        {head ?? (
          <div className={css.head}>
            <h2>{title}</h2>
            <button type="button" className={css.close} aria-label={t.close} onClick={onClose}>
              <X size={24} strokeWidth={1.75} aria-hidden="true" />
            </button>
          </div>
        )}
        <div className={css.scroll}>{children}</div>
        {foot ? <div className={css.foot}>{foot}</div> : null}
      </div>
    </dialog>
  );
}
