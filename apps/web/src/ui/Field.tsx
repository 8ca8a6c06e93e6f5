import { useId, type ComponentProps, type ReactNode } from 'react';
import css from './Field.module.css';
import { classes } from './classes.ts';

interface Around {
  label: ReactNode;
  /** One line below: what is expected. */
  hint?: ReactNode;
  /** What is wrong, in words; marks the field and is read with it. */
  error?: ReactNode;
  /** Label for screen readers only. */
  hideLabel?: boolean;
  className?: string;
}

function useAround({ label, hint, error, hideLabel, className }: Around) {
  const id = useId();
  const told = [error ? `${id}-error` : '', hint ? `${id}-hint` : ''].filter(Boolean).join(' ') || undefined;
  const input = { id, 'aria-describedby': told, 'aria-invalid': error ? true : undefined } as const;
  const around = (control: ReactNode) => (
    <div className={classes(css.field, className)}>
      <label htmlFor={id} className={hideLabel ? 'sr' : css.label}>
        {label}
      </label>
      {control}
      {error ? (
        <p id={`${id}-error`} className={css.error}>
          {error}
        </p>
      ) : null}
      {hint ? (
        <p id={`${id}-hint`} className={css.hint}>
          {hint}
        </p>
      ) : null}
    </div>
  );
  return { input, around };
}

type FieldProps = Around &
  Omit<ComponentProps<'input'>, 'id'> & {
    /** A word inside, such as ¥ or 点. */ before?: ReactNode;
    after?: ReactNode;
  };

export function Field({ label, hint, error, hideLabel, className, before, after, ...rest }: FieldProps) {
  const { input, around } = useAround({ label, hint, error, hideLabel, className });
  return around(
    <div className={css.box} data-invalid={error ? '' : undefined}>
      {before ? <span className={css.affix}>{before}</span> : null}
      <input {...rest} {...input} className={css.input} />
      {after ? <span className={css.affix}>{after}</span> : null}
    </div>,
  );
}

export function TextArea({
  label,
  hint,
  error,
  hideLabel,
  className,
  ...rest
}: Around & Omit<ComponentProps<'textarea'>, 'id'>) {
  const { input, around } = useAround({ label, hint, error, hideLabel, className });
  return around(
    <div className={css.box} data-invalid={error ? '' : undefined}>
      <textarea rows={3} {...rest} {...input} className={css.input} />
    </div>,
  );
}

export function Select({
  label,
  hint,
  error,
  hideLabel,
  className,
  ...rest
}: Around & Omit<ComponentProps<'select'>, 'id'>) {
  const { input, around } = useAround({ label, hint, error, hideLabel, className });
  return around(
    <div className={classes(css.box, css.select)} data-invalid={error ? '' : undefined}>
      <select {...rest} {...input} className={css.input} />
    </div>,
  );
}
