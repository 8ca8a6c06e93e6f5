import css from './Customers.module.css';

interface ChoiceProps<K extends string> {
  label: string;
  value: K;
  choices: readonly (readonly [K, string])[];
  onChoose: (value: K) => void;
}

/** One of a few ways to look at a figure, at a press. */
export function Choice<K extends string>({ label, value, choices, onChoose }: ChoiceProps<K>) {
  return (
    <div className={css.choice} role="group" aria-label={label}>
      <span aria-hidden="true">{label}</span>
      {choices.map(([key, words]) => (
        <button key={key} type="button" className={css.chip} aria-pressed={key === value} onClick={() => onChoose(key)}>
          {words}
        </button>
      ))}
    </div>
  );
}
