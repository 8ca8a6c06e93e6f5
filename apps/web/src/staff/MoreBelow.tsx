import { useState } from 'react';
import type { Id } from '#contracts/ids';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/states.tsx';
import css from './MoreBelow.module.css';
import { useStaffText } from './texts.ts';

export interface More<T> {
  /** What came after the first page. */
  items: T[];
  /** After which to ask for the next page; null at the end of the list. */
  next: Id | null;
  busy: boolean;
  failed: boolean;
  load: () => void;
}

/**
 * The pages of a list below its first one, a press at a time. A page that fails is said and can be asked for again.
 * @param firstNext what the first page says comes after it; undefined while it is not there
 */
export function useMore<T>(
  firstNext: Id | null | undefined,
  ask: (after: Id) => Promise<{ items: T[]; next: Id | null }>,
): More<T> {
  const [pages, setPages] = useState<{ items: T[]; next: Id | null } | null>(null);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const next = pages ? pages.next : (firstNext ?? null);

  async function load(after: Id): Promise<void> {
    setBusy(true);
    setFailed(false);
    try {
      const page = await ask(after);
      setPages((before) => ({ items: [...(before?.items ?? []), ...page.items], next: page.next }));
    } catch {
      setFailed(true);
    } finally {
      setBusy(false);
    }
  }

  return { items: pages?.items ?? [], next, busy, failed, load: () => next !== null && void load(next) };
}

/** Stands below a list, and goes with its last page. */
export function MoreBelow({ more }: { more: More<unknown> }) {
  const t = useStaffText();
  return (
    <>
      {more.failed && <Notice tone="failed">{t.moreFailed}</Notice>}
      {more.next !== null && (
        <p className={css.below}>
          <Button busy={more.busy} onClick={more.load}>
            {t.more}
          </Button>
        </p>
      )}
    </>
  );
}
