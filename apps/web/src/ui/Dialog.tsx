import type { ReactNode } from 'react';
import { Button } from './Button.tsx';
import css from './Dialog.module.css';
import { Sheet } from './Sheet.tsx';

interface DialogProps {
  /** The question. */
  title: string;
  children?: ReactNode;
  confirm: string;
  cancel: string;
  danger?: boolean;
  busy?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** One question with two answers. The safe answer stands first and has the focus. */
export function Dialog({ title, children, confirm, cancel, danger = false, busy, onConfirm, onClose }: DialogProps) {
  return (
    <Sheet
      title={title}
      place="dialog"
      onClose={onClose}
      head={<h2 className={css.title}>{title}</h2>}
      foot={
        <div className={css.answers}>
          <Button autoFocus size="touch" onClick={onClose}>
            {cancel}
          </Button>
          <Button kind={danger ? 'danger-fill' : 'fill'} size="touch" busy={busy} onClick={onConfirm}>
            {confirm}
          </Button>
        </div>
      }
    >
      {children ? <div className={css.text}>{children}</div> : null}
    </Sheet>
  );
}
