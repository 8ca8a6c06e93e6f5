import type { StaffOrder } from '#contracts/orders';
import { langOf } from '../i18n.ts';
import { Select } from '../ui/Field.tsx';
import { useOrderWords } from './order-words.ts';
import css from './dialogs.module.css';

/** How many of each line come back onto the shelf, by the line's position. */
export type Back = Record<number, number>;

export const linesOf = (back: Back) =>
  Object.entries(back).map(([position, quantity]) => ({ position: Number(position), quantity }));

/** A tick for each line of which something can still come back. */
export function RestockFields({
  order,
  back,
  onChange,
}: {
  order: StaffOrder;
  back: Back;
  onChange: (back: Back) => void;
}) {
  const t = useOrderWords();
  const lines = order.lines.filter((line) => line.restocked < line.quantity);
  return (
    <ul className={css.ticks}>
      {lines.map(({ position, productName, variantName, quantity, restocked }) => {
        const left = quantity - restocked;
        const chosen = back[position];
        const name = [productName, variantName].filter(Boolean).join(' ');
        return (
          <li key={position}>
            <label>
              <input
                type="checkbox"
                checked={chosen !== undefined}
                onChange={(event) => {
                  const { [position]: _, ...others } = back;
                  onChange(event.target.checked ? { ...others, [position]: left } : others);
                }}
              />
              <span lang={langOf(name)}>{name}</span>
            </label>
            {left > 1 && (
              <Select
                label={t.howMany(name)}
                hideLabel
                disabled={chosen === undefined}
                value={chosen ?? left}
                onChange={(event) => onChange({ ...back, [position]: Number(event.target.value) })}
              >
                {Array.from({ length: left }, (_, index) => (
                  <option key={index} value={index + 1}>
                    {index + 1}
                  </option>
                ))}
              </Select>
            )}
          </li>
        );
      })}
    </ul>
  );
}
