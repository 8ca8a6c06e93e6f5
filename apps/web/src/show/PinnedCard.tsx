import { Check } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { Offer } from '#contracts/shows';
import { useSecondsLeft } from '../clock.ts';
import { formatDuration, langOf, money } from '../i18n.ts';
import { offerOf } from '../room/room.ts';
import type { Room } from '../room/useRoom.ts';
import { Button } from '../ui/Button.tsx';
import { classes } from '../ui/classes.ts';
import { Edge } from '../ui/Edge.tsx';
import { ProductPicture } from '../ui/ProductPicture.tsx';
import { firstVariant, priceOf, stockOf } from './goods.ts';
import css from './PinnedCard.module.css';
import { useShowText, type ShowText } from './texts.ts';
import type { Buying, Held } from './useBuying.ts';
import type { Layout } from './useLayout.ts';
import { useSeen } from './useSeen.ts';
import { VariantChips } from './VariantChips.tsx';

interface PinnedCardProps {
  room: Room;
  buying: Buying;
  layout: Layout;
  /** The keyboard is open: only a strip. */
  compact: boolean;
  onDetails: (offerId: string) => void;
}

/** The offer on screen now, as a board of paper at the edge of the stage; without a pin, the one that the viewer holds. */
export function PinnedCard({ room, buying, layout, compact, onDetails }: PinnedCardProps) {
  const t = useShowText();
  const someHeld = buying.held.values().next().value;
  const wanted = room.pinned ?? offerOf(room.show, someHeld?.hold.offerId);
  const { offer, leaving, hands } = useSettled(wanted);
  if (!offer) return null;
  const held = buying.held.get(offer.id);
  const other = held ? undefined : [...buying.held.values()].find(({ hold }) => hold.offerId !== offer.id);
  return (
    <section
      className={classes(css.card, leaving && css.leaving)}
      data-theme="light"
      data-compact={compact ? '' : undefined}
      aria-label={t.pinnedNow}
      key={offer.id}
      {...hands}
    >
      {held ? <HoldStrip held={held} words={t.held} /> : null}
      {other ? (
        <button type="button" className={css.other} onClick={() => buying.buy(other.hold.offerId)}>
          <HoldStrip held={other} words={t.openHold({ name: offerOf(room.show, other.hold.offerId)?.name ?? '' })} />
        </button>
      ) : null}
      <Board
        key={offer.id}
        offer={offer}
        held={held}
        bought={buying.bought.get(offer.id)}
        room={room}
        wide={layout === 'desktop'}
        buying={buying}
        onDetails={onDetails}
      />
    </section>
  );
}

interface BoardProps {
  offer: Offer;
  held: Held | undefined;
  bought: Held | undefined;
  room: Room;
  wide: boolean;
  buying: Buying;
  onDetails: (offerId: string) => void;
}

function Board({ offer, held, bought, room, wide, buying, onDetails }: BoardProps) {
  const t = useShowText();
  const seen = useSeen<HTMLDivElement>(() => room.record('Product Viewed', offer.productId));
  const [chosen, setChosen] = useState(() => held?.hold.variantId ?? firstVariant(offer)?.variantId);
  const variant = offer.variants.find((one) => one.variantId === chosen) ?? firstVariant(offer);
  const stock = stockOf(offer);
  const soldOut = stock.state === 'soldOut' && !held && !bought;
  const variantGone = variant !== undefined && variant.available <= 0;
  const chips = wide && offer.variants.length > 1 && !soldOut && !held && !bought;
  const price = priceOf(offer);
  const paid = bought && !held ? bought.totals?.totalAmount : undefined;
  const amount = paid ?? (chips ? variant?.priceAmount : undefined) ?? price.amount;
  const shown = money(amount, offer.currency);
  const picture = (chips ? variant?.imageUrl : null) ?? offer.imageUrl;

  const action =
    bought && !held ? (
      <p className={css.ok}>
        <Check size={16} strokeWidth={2.2} aria-hidden="true" />
        {t.bought}
      </p>
    ) : soldOut ? null : (
      <Button
        kind="fill"
        className={css.buy}
        disabled={chips && variantGone}
        aria-label={held ? undefined : t.buyNamed({ name: offer.name })}
        onClick={() => buying.buy(offer.id, chips ? variant?.variantId : undefined)}
      >
        {held ? t.resume : chips && variantGone ? t.soldOutShort : t.buy}
      </Button>
    );
  return (
    <div ref={seen} className={classes(css.board, wide && css.wide, soldOut && css.gone)}>
      <div className={css.what}>
        <button
          type="button"
          className={css.about}
          aria-label={t.details({ name: offer.name })}
          onClick={() => onDetails(offer.id)}
        >
          <ProductPicture url={picture} alt="" size={wide ? 116 : 72} gone={soldOut} eager className={css.picture} />
        </button>
        <div className={css.words}>
          <h2 lang={langOf(offer.name)}>{offer.name}</h2>
          <p className={css.price}>
            {price.isLowest && !chips && paid === undefined ? t.from({ price: shown }) : shown}
          </p>
          <p className={css.stock}>{stockWords(t, { stock, held, bought, offer })}</p>
        </div>
        {wide ? null : action}
      </div>
      {wide && action ? (
        <div className={css.go}>
          {chips ? <VariantChips offer={offer} chosen={variant?.variantId} onChoose={setChosen} /> : null}
          {action}
        </div>
      ) : null}
    </div>
  );
}

interface StockWords {
  stock: ReturnType<typeof stockOf>;
  held: Held | undefined;
  bought: Held | undefined;
  offer: Offer;
}

function stockWords(t: ShowText, { stock, held, bought, offer }: StockWords) {
  const mine = held ?? bought;
  if (mine) {
    const variant = offer.variants.find((one) => one.variantId === mine.hold.variantId)?.name ?? '';
    const what = t.heldWhat({ variant, count: mine.hold.quantity });
    return bought && !held ? `${what}　${t.boughtMore}` : what;
  }
  if (stock.state === 'soldOut') return t.soldOut;
  if (stock.state === 'plenty') return t.taxIncluded;
  return (
    <>
      <b>{t.left({ count: stock.available })}</b>・{t.taxIncluded}
    </>
  );
}

/** What is yours, for as long as it is: the hold's edge and its timer, ai, and shu in the last minute. */
function HoldStrip({ held, words }: { held: Held; words: string }) {
  const left = useSecondsLeft(held.hold.expiresAt);
  const last = left <= 60;
  return (
    <div className={css.strip} data-last={last ? '' : undefined}>
      <Edge className={css.edge} from={held.hold.createdAt} to={held.hold.expiresAt} tone={last ? 'shu' : 'ai'} />
      <span>{words}</span>
      <time role="timer">{formatDuration(left)}</time>
      <HoldVoice seconds={left} />
    </div>
  );
}

/** The timer itself is silent; this says the last minute and the last ten seconds. */
function HoldVoice({ seconds }: { seconds: number }) {
  const t = useShowText();
  return (
    <span className="sr" role="status">
      {seconds <= 10 ? t.tenSeconds : seconds <= 60 ? t.oneMinute : ''}
    </span>
  );
}

const LEAVE_MS = 160;

/**
 * The offer that the card shows: a new one comes after the old one has left, and never while a finger is down on the card, so that
 * nobody buys what slid below their thumb. What changes in the same offer is shown at once.
 */
function useSettled(wanted: Offer | null) {
  const [shownId, setShownId] = useState(wanted?.id ?? null);
  const [last, setLast] = useState(wanted);
  const [leaving, setLeaving] = useState(false);
  const [down, setDown] = useState(false);
  const wantedId = wanted?.id ?? null;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  if (wanted && wanted.id === shownId && wanted !== last) setLast(wanted);
  useEffect(() => {
    if (down) return;
    clearTimeout(timer.current);
    if (wantedId === shownId) {
      setLeaving(false);
      return;
    }
    setLeaving(shownId !== null);
    timer.current = setTimeout(
      () => {
        setShownId(wantedId);
        setLast(wanted);
        setLeaving(false);
      },
      shownId === null ? 0 : LEAVE_MS,
    );
    return () => clearTimeout(timer.current);
  }, [wantedId, shownId, down]); // only the identity counts: a new stock figure must not restart the exit
  useEffect(() => {
    if (!down) return;
    const up = () => setTimeout(() => setDown(false), 50); // after the click that this press may become
    window.addEventListener('pointerup', up);
    window.addEventListener('pointercancel', up);
    return () => {
      window.removeEventListener('pointerup', up);
      window.removeEventListener('pointercancel', up);
    };
  }, [down]);

  const offer = shownId === null ? null : wanted?.id === shownId ? wanted : last;
  return { offer, leaving, hands: { onPointerDown: () => setDown(true) } };
}
