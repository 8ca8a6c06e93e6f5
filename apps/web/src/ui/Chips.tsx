import css from './Chips.module.css';

interface ChipsProps {
  legend: string;
  /** The field beside them is named alike already. */
  hideLegend?: boolean;
  name: string;
  chosen: string;
  choices: { value: string; words: string }[];
  onChoose: (value: string) => void;
}

/** One of a few, at a press: native radio buttons, so that arrow keys and names come by themselves. */
export function Chips({ legend, hideLegend, name, chosen, choices, onChoose }: ChipsProps) {
  return (
    <fieldset className={css.chips}>
      <legend className={hideLegend ? 'sr' : css.legend}>{legend}</legend>
      <div>
        {choices.map(({ value, words }) => (
          <label key={value}>
            <input
              type="radio"
              className="sr"
              name={name}
              value={value}
              checked={value === chosen}
              onChange={() => onChoose(value)}
            />
            <span>{words}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
