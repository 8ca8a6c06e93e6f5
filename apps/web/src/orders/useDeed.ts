import { useRef, useState } from 'react';
import type { StaffOrder } from '#contracts/orders';
import { randomId } from '../random-id.ts';
import { useOrderWords } from './order-words.ts';
import { refusalWords } from './refusal.ts';

/**
 * One deed of a dialog. Its key stays the same however often the button is pressed, so that a press whose answer was lost is not a second
 * deed.
 */
export function useDeed(order: StaffOrder) {
  const t = useOrderWords();
  const key = useRef(randomId());
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  /** What was refused, another key may try: nothing was done. */
  async function run(deed: (key: string) => Promise<void>): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      await deed(key.current);
    } catch (error) {
      const words = refusalWords(t, error, order);
      if (words !== t.e_unavailable) key.current = randomId();
      setProblem(words);
      setBusy(false);
    }
  }
  return { busy, problem, setProblem, run };
}
