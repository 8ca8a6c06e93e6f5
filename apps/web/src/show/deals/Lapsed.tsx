import { X } from 'lucide-react';
import { offerOf } from '../../room/room.ts';
import type { Room } from '../../room/useRoom.ts';
import { Button } from '../../ui/Button.tsx';
import css from './Lapsed.module.css';
import { useSaleText } from './texts.ts';
import type { Waiting } from './useWaiting.ts';

/** Says that a turn has passed on, until it was read. */
export default function Lapsed({ room, waiting }: { room: Room; waiting: Waiting }) {
  const t = useSaleText();
  return waiting.lapsed.map((entry) => (
    <div key={entry.id} className={css.lapsed} role="status" data-theme="light">
      <p>{t.lapsed({ name: offerOf(room.show, entry.offerId)?.name ?? '' })}</p>
      <Button size="touch" onClick={() => waiting.join(entry.offerId, entry.variantId, entry.quantity)}>
        {t.waitAgain}
      </Button>
      <button type="button" className={css.close} aria-label={t.close} onClick={() => waiting.forget(entry)}>
        <X size={20} strokeWidth={1.75} aria-hidden="true" />
      </button>
    </div>
  ));
}
