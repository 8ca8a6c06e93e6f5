import type { ReactNode } from 'react';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/states.tsx';
import css from './Settings.module.css';
import { useSettingsText } from './texts.ts';

interface SectionProps {
  /** Also its address in the page: #section-tax */
  name: string;
  title: string;
  lead: string;
  children: ReactNode;
}

/** What it is about on the left, its fields on the right. */
export function Section({ name, title, lead, children }: SectionProps) {
  return (
    <section id={`section-${name}`} className={css.section} aria-labelledby={`section-${name}-title`}>
      <header>
        <h2 id={`section-${name}-title`}>{title}</h2>
        <p>{lead}</p>
      </header>
      <div>{children}</div>
    </section>
  );
}

interface SectionFormProps extends SectionProps {
  form: {
    dirty: boolean;
    busy: boolean;
    problem: string | null;
    save: (title: string) => Promise<void>;
  };
}

/** A section that is saved by itself. */
export function SectionForm({ form, children, ...about }: SectionFormProps) {
  const t = useSettingsText();
  return (
    <Section {...about}>
      <form
        noValidate
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (!form.busy) void form.save(about.title);
        }}
      >
        {children}
        <footer className={css.foot}>
          <Button type="submit" kind="fill" size="touch" busy={form.busy} disabled={!form.dirty}>
            {t.save}
          </Button>
          {form.problem !== null ? (
            <Notice tone="failed">{form.problem}</Notice>
          ) : form.dirty ? (
            <p role="status">{t.unsaved}</p>
          ) : null}
        </footer>
      </form>
    </Section>
  );
}

/** One of a few, with the words beside it. */
export function Choice<Value extends string>({
  legend,
  options,
  value,
  onChange,
}: {
  legend: string;
  options: { value: Value; label: string }[];
  value: Value;
  onChange: (value: Value) => void;
}) {
  return (
    <fieldset className={css.choice}>
      <legend>{legend}</legend>
      <div>
        {options.map((option) => (
          <label key={option.value}>
            <input
              type="radio"
              name={legend}
              checked={value === option.value}
              onChange={() => onChange(option.value)}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
