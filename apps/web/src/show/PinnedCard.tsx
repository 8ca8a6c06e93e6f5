import { Check } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { WaitlistEntry } from '#contracts/checkout';
import type { Offer, OfferVariant } from '#contracts/shows';
import { langOf, money } from '../i18n.ts';
import { coversVariant } from '../room/deals.ts';
import { offerOf } from '../room/room.ts';
import type { Room } from '../room/useRoom.ts';
import { Button } from '../ui/Button.tsx';
import { classes } from '../ui/classes.ts';
import { ProductPicture } from '../ui/ProductPicture.tsx';
import { dealLeft, shownPrice, variantToBuy, type DealOnScreen } from './deals/deal-on-screen.ts';
import { DealStrip, HoldStrip } from './deals/Strip.tsx';
import { useSaleText, type SaleText } from './deals/texts.ts';
import { useDeals } from './deals/useDeals.ts';
import type { Waiting } from './deals/useWaiting.ts';
import { stockOf } from './goods.ts';
import css from './PinnedCard.module.css';
import { useShowText, type ShowText } from './texts.ts';
import type { Buying, Held } from './useBuying.ts';
import type { Layout } from './useLayout.ts';
import { useSeen } from './useSeen.ts';
import { VariantChips } from './VariantChips.tsx';

interface PinnedCardProps {
  room: Room;
  buying: Buying;
  waiting: Waiting;
  layout: Layout;
  /** The keyboard is open: only a strip. */
  compact: boolean;
  onDetails: (offerId: string) => void;
}

/** The offer on screen now, as a board of paper at the edge of the stage; without a pin, the one that the viewer holds. */
export function PinnedCard({ room, buying, waiting, layout, compact, onDetails }: PinnedCardProps) {
  const t = useShowText();
  const sale = useSaleText();
  const dealOf = useDeals(room.deals);
  const someHeld = buying.held.values().next().value;
  const wanted = room.pinned ?? offerOf(room.show, someHeld?.hold.offerId);
  const { offer, leaving, hands } = useSettled(wanted);
  if (!offer) return null;
  const held = buying.held.get(offer.id);
  const other = held ? undefined : [...buying.held.values()].find(({ hold }) => hold.offerId !== offer.id);
  const seen = dealOf(offer);
  const bought = buying.bought.get(offer.id);
  return (
    <section
      className={classes(css.card, leaving && css.leaving)}
      data-theme="light"
      data-compact={compact ? '' : undefined}
      aria-label={t.pinnedNow}
      key={offer.id}
      {...hands}
    >
      {held ? (
        <HoldStrip held={held} words={waiting.turns.has(held.hold.id) ? sale.yourTurn : t.held} />
      ) : seen ? (
        <DealStrip seen={seen} variant={variantOf(offer, seen.deal.variantId)} />
      ) : null}
      {other ? (
        <button type="button" className={css.other} onClick={() => buying.buy(other.hold.offerId)}>
          <HoldStrip held={other} words={otherWords(offerOf(room.show, other.hold.offerId)?.name ?? '', other)} />
        </button>
      ) : null}
      <Board
        key={offer.id}
        offer={offer}
        held={held}
        bought={bought}
        seen={seen}
        room={room}
        wide={layout === 'desktop'}
        buying={buying}
        waiting={waiting}
        onDetails={onDetails}
      />
    </section>
  );

  function otherWords(name: string, { hold }: Held): string {
    return waiting.turns.has(hold.id) ? sale.yourTurnOf({ name }) : t.openHold({ name });
  }
}

function variantOf(offer: Offer, variantId: string | null): string {
  return offer.variants.find((one) => one.variantId === variantId)?.name ?? '';
}

interface BoardProps {
  offer: Offer;
  held: Held | undefined;
  bought: Held | undefined;
  seen: DealOnScreen | null;
  room: Room;
  wide: boolean;
  buying: Buying;
  waiting: Waiting;
  onDetails: (offerId: string) => void;
}

function Board({ offer, held, bought, seen, room, wide, buying, waiting, onDetails }: BoardProps) {
  const t = useShowText();
  const sale = useSaleText();
  const shownTo = useSeen<HTMLDivElement>(() => room.record('Product Viewed', offer.productId));
  const [chosen, setChosen] = useState(() => held?.hold.variantId ?? variantToBuy(offer, seen)?.variantId);
  const stock = stockOf(offer);
  const soldOut = stock.state === 'soldOut' && !held && !bought;
  const chips = wide && offer.variants.length > 1 && !held && !bought;
  const toBuy = variantToBuy(offer, seen);
  const variant = chips ? (offer.variants.find((one) => one.variantId === chosen) ?? toBuy) : toBuy;
  const isInDeal = seen !== null && (!chips || coversVariant(seen.deal, offer.id, variant?.variantId));
  const variantGone = variant !== undefined && variant.available <= 0 && !held && !bought;
  const place = chips ? waiting.places.get(variant?.variantId ?? '') : placeOf(offer, waiting);
  const paid = bought && !held ? bought.totals?.totalAmount : undefined;
  const mine = held?.totals && held.hold.dealId ? held.totals.itemsAmount / held.hold.quantity : undefined;
  const price = shownPrice(offer, seen, held ? offer.variants.find(isOf(held)) : chips ? variant : undefined);
  const shown = money(paid ?? mine ?? price.amount, offer.currency);
  const list =
    paid !== undefined
      ? null
      : mine !== undefined
        ? (offer.variants.find(isOf(held))?.priceAmount ?? null)
        : price.struck;
  const picture = (chips ? variant?.imageUrl : null) ?? offer.imageUrl;

  const wait = () => {
    // Which of several is waited for, is chosen where they can be seen.
    if (!variant || (offer.variants.length > 1 && !chips)) onDetails(offer.id);
    else waiting.join(offer.id, variant.variantId);
  };
  const action =
    bought && !held ? (
      <p className={css.ok}>
        <Check size={16} strokeWidth={2.2} aria-hidden="true" />
        {t.bought}
      </p>
    ) : (soldOut || (chips && variantGone)) && place ? (
      <div className={css.line}>
        <p className={css.ok}>
          <Check size={16} strokeWidth={2.2} aria-hidden="true" />
          {place.ahead === 0 ? sale.next : sale.ahead({ count: place.ahead })}
        </p>
        <Button
          kind="quiet"
          size="small"
          className={css.leave}
          aria-label={sale.leave}
          onClick={() => waiting.leave(place)}
        >
          {sale.leaveShort}
        </Button>
      </div>
    ) : soldOut || (chips && variantGone) ? (
      <Button className={css.buy} aria-label={sale.waitNamed({ name: offer.name })} onClick={wait}>
        {sale.wait}
      </Button>
    ) : (
      <Button
        kind="fill"
        className={css.buy}
        aria-label={held && !waiting.turns.has(held.hold.id) ? undefined : t.buyNamed({ name: offer.name })}
        onClick={() => buying.buy(offer.id, variant?.variantId)}
      >
        {held && !waiting.turns.has(held.hold.id) ? t.resume : t.buy}
      </Button>
    );
  return (
    <div ref={shownTo} className={classes(css.board, wide && css.wide, soldOut && css.gone)}>
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
            {price.isLowest && !chips && paid === undefined && !held ? t.from({ price: shown }) : shown}
            {list !== null ? (
              <s>
                <span className="sr">{sale.regular}</span>
                {money(list, offer.currency)}
              </s>
            ) : null}
          </p>
          <p className={css.stock}>
            {stockWords(t, sale, { stock, held, bought, offer, seen: isInDeal ? seen : null, place })}
          </p>
        </div>
        {wide ? null : action}
      </div>
      {wide ? (
        <div className={css.go}>
          {chips ? <VariantChips offer={offer} chosen={variant?.variantId} onChoose={setChosen} /> : null}
          {action}
        </div>
      ) : null}
    </div>
  );
}

const isOf = (held: Held | undefined) => (variant: OfferVariant) => variant.variantId === held?.hold.variantId;

/** This viewer's place in the line for any of the variants. */
function placeOf(offer: Offer, waiting: Waiting): WaitlistEntry | undefined {
  return offer.variants.map((variant) => waiting.places.get(variant.variantId)).find((place) => place !== undefined);
}

interface StockWords {
  stock: ReturnType<typeof stockOf>;
  held: Held | undefined;
  bought: Held | undefined;
  offer: Offer;
  seen: DealOnScreen | null;
  place: WaitlistEntry | undefined;
}

function stockWords(t: ShowText, sale: SaleText, { stock, held, bought, offer, seen, place }: StockWords) {
  const mine = held ?? bought;
  if (mine) {
    const what = t.heldWhat({ variant: variantOf(offer, mine.hold.variantId), count: mine.hold.quantity });
    return bought && !held ? `${what}　${t.boughtMore}` : what;
  }
  if (place && stock.state === 'soldOut') return sale.inLine;
  if (stock.state === 'soldOut') {
    const people = offer.variants.reduce((sum, variant) => sum + variant.waiting, 0);
    return people > 0 ? sale.waitingPeople({ count: people }) : t.soldOut;
  }
  const deal = seen?.phase === 'on' ? seen : null;
  if (stock.state === 'plenty' && !deal) return t.taxIncluded;
  return (
    <>
      <b>{t.left({ count: deal ? dealLeft(deal.deal, offer) : stock.available })}</b>・
      {deal ? sale.perBuyer({ count: deal.deal.perBuyer }) : t.taxIncluded}
    </>
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
