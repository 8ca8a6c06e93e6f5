import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { Hold } from '#contracts/checkout';
import { useNow } from '../clock.ts';
import { formatDuration } from '../i18n.ts';
import { Edge } from '../ui/Edge.tsx';
import { classes } from '../ui/classes.ts';
import css from './BuySheet.module.css';
import { useCheckoutText } from './checkout-text.ts';

export interface BandFace {
  tone: 'ai' | 'plain' | 'done';
  what: string;
  why: string;
  /** Runs while there is a hold; of several, the one that ends first. */
  held: { hold: Pick<Hold, 'createdAt' | 'expiresAt'> } | null;
}

interface HoldBandProps {
  face: BandFace;
  onClose: (() => void) | null;
  onEnd: () => void;
}

/** Always three things: what is so, the time left, and the way out. In the last minute all of it is shu. */
export function HoldBand({ face, onClose, onEnd }: HoldBandProps) {
  const t = useCheckoutText();
  const hold = face.held?.hold ?? null;
  const left = useSecondsLeft(hold?.expiresAt ?? null, onEnd);
  const last = left !== null && left <= 60;
  return (
    <>
      {hold ? (
        <Edge className={css.edge} from={hold.createdAt} to={hold.expiresAt} tone={last ? 'shu' : 'ai'} />
      ) : (
        <span className={classes(css.edge, css.still, css[face.tone])} aria-hidden="true" />
      )}
      <header className={classes(css.band, last ? css.now : css[face.tone])}>
        <div role="status">
          <h2>{last ? t.lastMinute : face.what}</h2>
          <p>{face.why}</p>
        </div>
        {left === null ? (
          <span />
        ) : (
          <time role="timer" aria-label={t.timeLeft} aria-live="off">
            {formatDuration(left)}
          </time>
        )}
        <button
          type="button"
          className={css.close}
          aria-label={hold ? t.closeKeeps : t.close}
          disabled={onClose === null}
          onClick={() => onClose?.()}
        >
          <X size={24} strokeWidth={1.75} aria-hidden="true" />
        </button>
      </header>
      <p className="sr" role="status">
        {left === null || left > 60 ? '' : left > 10 ? t.minuteLeft : left > 0 ? t.tenLeft : ''}
      </p>
    </>
  );
}

/** Whole seconds until the hold ends, by the server's clock; calls `onEnd` once when they are over. */
function useSecondsLeft(expiresAt: string | null, onEnd: () => void): number | null {
  const now = useNow(1000);
  const end = useRef(onEnd);
  end.current = onEnd;
  // `now` is a whole second that has begun: it may be up to a second old, which the figure leaves out and the end waits for.
  const left = expiresAt === null ? null : (Date.parse(expiresAt) - now) / 1000;
  const over = left !== null && left <= 0;
  useEffect(() => {
    if (over) end.current();
  }, [over, expiresAt]);
  return left === null ? null : Math.max(0, Math.floor(left));
}
