import type { Blocker } from 'react-router';
import { Dialog } from '../ui/Dialog.tsx';
import { useStaffText } from './texts.ts';

/** The question of `useUnsavedGuard` while a link waits for its answer. */
export function UnsavedDialog({ blocker }: { blocker: Blocker }) {
  const t = useStaffText();
  if (blocker.state !== 'blocked') return null;
  return (
    <Dialog
      title={t.unsavedTitle}
      confirm={t.leave}
      cancel={t.stay}
      danger
      onConfirm={() => blocker.proceed()}
      onClose={() => blocker.reset()}
    >
      {t.unsavedBody}
    </Dialog>
  );
}
