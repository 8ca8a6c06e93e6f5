import { useStore } from '@nanostores/react';
import { atom } from 'nanostores';
import css from './toast.module.css';

interface Shown {
  id: number;
  text: string;
}

const shown = atom<Shown[]>([]);
let lastId = 0;

/** Says one line at the lower edge for five seconds. Only for what may be missed; refusals stand where they belong. */
export function toast(text: string): void {
  const id = ++lastId;
  shown.set([...shown.get(), { id, text }].slice(-3));
  setTimeout(() => shown.set(shown.get().filter((line) => line.id !== id)), 5_000);
}

export function Toasts() {
  const lines = useStore(shown);
  return (
    <div className={css.toasts} role="status">
      {lines.map((line) => (
        <p key={line.id} className={css.toast}>
          {line.text}
        </p>
      ))}
    </div>
  );
}
