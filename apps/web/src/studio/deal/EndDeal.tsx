import { useState } from 'react';
import { dealsApi, type Deal } from '#contracts/deals';
import { ApiError } from '../../api.ts';
import { staffCall } from '../../staff/session.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { Notice } from '../../ui/states.tsx';
import { useDealDeskText } from './texts.ts';

/** Asks before a deal is ended: buyers are about to press. */
export function EndDeal({ deal, name, onClose }: { deal: Deal; name: string; onClose: () => void }) {
  const t = useDealDeskText();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  async function end(): Promise<void> {
    setBusy(true);
    setFailed(false);
    try {
      await staffCall(dealsApi.end, { id: deal.id });
      onClose();
    } catch (refusal) {
      if (!(refusal instanceof ApiError)) throw refusal;
      setBusy(false);
      setFailed(true);
    }
  }
  return (
    <Dialog
      title={t.endTitle(name)}
      confirm={t.end}
      cancel={t.goOn}
      danger
      busy={busy}
      onConfirm={() => void end()}
      onClose={onClose}
    >
      {failed ? <Notice tone="failed">{t.endFailed}</Notice> : t.endBody}
    </Dialog>
  );
}
