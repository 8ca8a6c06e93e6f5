import { useState } from 'react';
import type { Offer, Pin } from '#contracts/shows';
import { ApiError } from '../api.ts';
import { useNow } from '../clock.ts';
import { formatDuration, formatNumber, money } from '../i18n.ts';
import type { Room } from '../room/useRoom.ts';
import { Button } from '../ui/Button.tsx';
import { Kbd } from '../ui/Kbd.tsx';
import { ProductPicture } from '../ui/ProductPicture.tsx';
import { toast } from '../ui/toast.tsx';
import css from './Rundown.module.css';
import { isLow, leftOf } from './stock.ts';
import { useStudioText } from './texts.ts';
import { useShortcuts } from './useShortcuts.ts';

/** What is sold, in order. A number key or a press puts one on every screen; 0 takes it off. */
export function Rundown({ room, closed }: { room: Room; closed: boolean }) {
  const t = useStudioText();
  const [asked, setAsked] = useState<string | null>(null); // the offer that was pressed and is not yet answered
  const offers = room.offers.toSorted((a, b) => a.position - b.position);

  async function pin(offer: Offer | null): Promise<void> {
    if (closed) return;
    setAsked(offer?.id ?? null);
    try {
      await room.setPin(offer?.id ?? null);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      toast(t.actionFailed);
    } finally {
      setAsked(null);
    }
  }

  const keys: Record<string, () => void> = { 0: () => void (room.pin && pin(null)) };
  for (const offer of offers.slice(0, 9)) {
    keys[offer.position] = () => void (room.pin?.offerId !== offer.id && pin(offer));
  }
  useShortcuts(keys);

  return (
    <section className={css.rundown} aria-label={t.rundown}>
      <header className={css.bar}>
        <h2>
          {t.rundown}
          <span>{t.rundownHint}</span>
        </h2>
        {!closed && (
          <a href={`/shows/${room.showId}/edit`} target="_blank" rel="noreferrer">
            {t.reorder}
          </a>
        )}
      </header>
      {offers.length === 0 && <p className={css.none}>{t.noOffers}</p>}
      <ol>
        {offers.map((offer) =>
          room.pin?.offerId === offer.id && !closed ? (
            <PinnedRow key={offer.id} offer={offer} pin={room.pin} onUnpin={() => void pin(null)} />
          ) : (
            <Row
              key={offer.id}
              offer={offer}
              wasOn={room.show?.pins.some((other) => other.offerId === offer.id) ?? false}
              busy={asked === offer.id}
              disabled={closed}
              onPin={() => void pin(offer)}
            />
          ),
        )}
      </ol>
    </section>
  );
}

interface RowProps {
  offer: Offer;
  wasOn: boolean;
  busy: boolean;
  disabled: boolean;
  onPin: () => void;
}

function Row({ offer, wasOn, busy, disabled, onPin }: RowProps) {
  const t = useStudioText();
  return (
    <li className={css.row} data-done={wasOn ? '' : undefined}>
      <button
        type="button"
        aria-label={t.pin(offer.name)}
        aria-busy={busy || undefined}
        aria-keyshortcuts={offer.position <= 9 ? String(offer.position) : undefined}
        disabled={disabled}
        onClick={onPin}
      >
        <Key position={offer.position} />
        <ProductPicture url={offer.imageUrl} alt="" size={52} className={css.picture} />
        <span className={css.what}>
          <b>{offer.name}</b>
          <span>{priceOf(offer)}</span>
        </span>
        <Left offer={offer} wasOn={wasOn} />
      </button>
    </li>
  );
}

function PinnedRow({ offer, pin, onUnpin }: { offer: Offer; pin: Pin; onUnpin: () => void }) {
  const t = useStudioText();
  const now = useNow(1000);
  const several = offer.variants.length > 1;
  return (
    <li className={css.on} aria-current="true">
      <span className={css.edge} aria-hidden />
      <div className={css.in}>
        <Key position={offer.position} />
        <ProductPicture url={offer.imageUrl} alt="" size={84} className={css.picture} />
        <div className={css.what}>
          <h3>{offer.name}</h3>
          <p>
            {priceOf(offer)}　{t.soldCount(offer.sold)}
          </p>
          <p className={css.count}>
            <time role="timer" aria-label={t.onScreen}>
              {formatDuration((now - Date.parse(pin.pinnedAt)) / 1000)}
            </time>
            <span>
              {t.left}
              <b data-low={isLow(offer) ? '' : undefined}>{formatNumber(leftOf(offer))}</b>
            </span>
          </p>
        </div>
      </div>
      {several && (
        <ul className={css.variants}>
          {offer.variants.map((variant) => (
            <li key={variant.variantId}>
              {variant.swatch !== null && <i style={{ background: variant.swatch }} />}
              <span>{variant.name}</span>
              <b>{variant.available > 0 ? `${t.left} ${formatNumber(variant.available)}` : t.soldOut}</b>
            </li>
          ))}
        </ul>
      )}
      <div className={css.do}>
        <Button size="touch" aria-keyshortcuts="0" onClick={onUnpin}>
          {t.unpin}
          <Kbd>0</Kbd>
        </Button>
      </div>
    </li>
  );
}

/** The key that pins it; from the tenth on there is only a number. */
function Key({ position }: { position: number }) {
  return position <= 9 ? <kbd className={css.key}>{position}</kbd> : <span className={css.number}>{position}</span>;
}

function Left({ offer, wasOn }: { offer: Offer; wasOn: boolean }) {
  const t = useStudioText();
  const left = leftOf(offer);
  return (
    <span className={css.left}>
      <span data-low={isLow(offer) ? '' : undefined}>
        {left > 0 ? (
          <>
            {t.left}
            <b>{formatNumber(left)}</b>
          </>
        ) : (
          <b>{t.soldOut}</b>
        )}
      </span>
      <span>{wasOn || offer.sold > 0 ? t.soldCount(offer.sold) : t.later}</span>
    </span>
  );
}

function priceOf(offer: Offer): string {
  const amounts = offer.variants.map((variant) => variant.priceAmount);
  const least = Math.min(...amounts);
  const most = Math.max(...amounts);
  const from = money(least, offer.currency);
  return least === most ? from : `${from}–${money(most, offer.currency)}`;
}
