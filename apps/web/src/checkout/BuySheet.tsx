import { useState } from 'react';
import type { Brand } from '#contracts/accounts';
import type { Hold, Totals } from '#contracts/checkout';
import type { Offer } from '#contracts/shows';
import { money } from '../i18n.ts';
import type { Room } from '../room/useRoom.ts';
import { bandFace } from './band-face.ts';
import { BuyFoot, payAction, type FootAction } from './BuyFoot.tsx';
import css from './BuySheet.module.css';
import CartSheet from './CartSheet.tsx';
import { useCheckoutText } from './checkout-text.ts';
import { stillInDeal } from './deal-refusal.ts';
import { dealKeptWords, useDealText } from './deal-text.ts';
import { dealAmountOf, DealNotice } from './DealNotice.tsx';
import { Goods, Pick } from './Goods.tsx';
import { HoldBand } from './HoldBand.tsx';
import type { Choice, Held, Refusal } from './hold-session.ts';
import { Outcome } from './Outcome.tsx';
import { usePaymentText } from './payment-text.ts';
import { PayForm } from './PayForm.tsx';
import { placedPurchase } from './purchase-record.ts';
import { SheetFrame } from './SheetFrame.tsx';
import { useBuying, type KnownHold } from './useBuying.ts';

interface BuySheetProps {
  room: Room;
  offerId: string;
  /** The variant chosen beside Buy; without one, the first that can be had. */
  variantId?: string;
  /** The flash deal whose price was beside Buy when it was pressed. */
  dealId: string | null;
  /** A hold that this buyer already has; without one, mounting the sheet is the press of Buy. */
  initialHold?: KnownHold;
  /** The hold, if any, goes on. */
  onClose: () => void;
  /** Every new answer about the hold: null when it is over, in state `sold` when it was paid. */
  onHoldChange: (hold: Hold | null, totals?: Totals) => void;
  /** Of several holds that are bought together. */
  onHoldsChange: () => void;
  /** Takes a place on the waitlist of what is sold out. */
  onWait: (choice: Choice) => void;
}

/** Buying over the running video, from the press of Buy to the result. */
export default function BuySheet(props: BuySheetProps) {
  const current = props.room.offers.find((one) => one.id === props.offerId);
  const [known, setKnown] = useState(current);
  // An offer that leaves the run of show while it is being bought stays on the sheet: its hold is already taken.
  if (current && current !== known) setKnown(current);
  // A hold that an order has together with others is paid with them, or not at all.
  const [together] = useState(() => isBoughtWithOthers(props.initialHold));
  const brand = props.room.show?.brand;
  if (together && brand && props.initialHold) {
    const { initialHold, onClose, onHoldsChange } = props;
    return <CartSheet brand={brand} holds={[initialHold.hold]} onClose={onClose} onHoldsChange={onHoldsChange} />;
  }
  return known && brand ? <OpenSheet {...props} offer={known} brand={brand} /> : null;
}

function isBoughtWithOthers(known: KnownHold | undefined): boolean {
  return known !== undefined && (placedPurchase([known.hold.id])?.holdIds.length ?? 0) > 1;
}

function OpenSheet(props: BuySheetProps & { offer: Offer; brand: Brand }) {
  const { offer, brand, room, variantId, dealId, initialHold, onClose, onHoldChange, onWait } = props;
  const t = useCheckoutText();
  const words = usePaymentText();
  const dealWords = useDealText();
  const buying = useBuying({
    brandId: brand.id,
    showId: room.showId,
    offer,
    deals: room.deals,
    variantId,
    dealId,
    initialHold,
    path: room.path ?? 'instant',
    onHoldChange,
  });
  const { hold, held, paying } = buying;
  const { totals, ending, locked } = paying;
  const choice = hold.choice;
  const variant = offer.variants.find((one) => one.variantId === choice.variantId);

  const close = paying.paying ? null : onClose;
  const adjusting = hold.phase === 'held' && hold.adjusting;
  const fixed = locked || paying.ordered || hold.phase === 'expired';
  const fillable = hold.phase !== 'soldOut' && hold.phase !== 'dealRefused' && !(hold.phase === 'failed' && !totals);
  return (
    <SheetFrame
      label={t.buying(offer.name)}
      onClose={close}
      wide={paying.beside && fillable && !ending}
      tall={paying.tall}
    >
      <HoldBand
        face={bandFace(hold, ending, { offer: offer.name, variant: variant?.name ?? '' }, { t, words })}
        onClose={close}
        onEnd={buying.end}
      />
      {ending ? (
        <div className={css.body}>
          <Outcome kind={ending.kind} order={ending.order} />
        </div>
      ) : (
        <PayForm
          paying={paying}
          currency={offer.currency}
          brandId={brand.id}
          brandSlug={brand.slug}
          expiresAt={held?.hold.expiresAt ?? null}
          fillable={fillable}
        >
          <Goods
            offer={offer}
            choice={choice}
            gone={hold.phase === 'soldOut'}
            fixed={fixed}
            dealAmount={dealAmountOf({ hold, held, offer, deals: room.deals })}
          />
          {!fixed && (
            <Pick offer={offer} choice={choice} held={held} idle={hold.phase === 'taking'} onChoose={chooser(buying)} />
          )}
          <DealNotice
            hold={hold}
            held={held}
            offer={offer}
            deals={room.deals}
            fixed={fixed}
            onTake={hold.phase === 'held' ? buying.session.adjust : buying.session.take}
          />
          <RefusalNotice buying={buying} offer={offer} />
        </PayForm>
      )}
      <BuyFoot
        totals={ending || !fillable ? undefined : totals}
        stale={adjusting}
        action={footAction(buying, { t, words, dealWords, offer, onClose, onWait })}
      />
    </SheetFrame>
  );
}

type Buying = ReturnType<typeof useBuying>;
type Words = ReturnType<typeof useCheckoutText>;

/** Choosing changes the hold that there is, or takes one where the first was refused. */
function chooser({ hold, session, dealFor }: Buying): (choice: Omit<Choice, 'dealId'>) => void {
  const choose = hold.phase === 'held' ? session.adjust : session.take;
  return (choice) => choose({ ...choice, dealId: dealFor(choice.variantId) });
}

interface FootWords {
  t: Words;
  words: ReturnType<typeof usePaymentText>;
  dealWords: ReturnType<typeof useDealText>;
  offer: Offer;
  onClose: () => void;
  onWait: (choice: Choice) => void;
}

function footAction(buying: Buying, { t, words, dealWords, offer, onClose, onWait }: FootWords): FootAction {
  const { hold, paying, session } = buying;
  if (paying.ending) return { does: 'press', words: t.backToShow, main: true, onPress: onClose };
  if (hold.phase === 'held' && hold.adjusting && !paying.locked) return { does: 'wait', words: t.updating };
  const action = payAction(paying, hold.phase === 'held', { shared: t, words });
  if (action) return action;
  switch (hold.phase) {
    case 'taking':
    case 'held':
      return { does: 'wait', words: t.taking };
    case 'expired':
      return { does: 'press', words: t.holdAgain, main: true, onPress: () => session.take(hold.choice) };
    case 'failed':
      return { does: 'press', words: t.tryAgain, main: true, onPress: () => session.take(hold.choice) };
    case 'soldOut': {
      const { available, choice } = hold;
      if (available === 0) {
        return { does: 'press', words: dealWords.wait, main: true, onPress: () => onWait(choice) };
      }
      const fewer = { ...choice, quantity: available };
      return { does: 'press', words: t.holdLeft(available), main: true, onPress: () => session.take(fewer) };
    }
    case 'dealRefused': {
      const { deal, choice } = hold;
      const left = stillInDeal(deal);
      if (left > 0) {
        const fewer = { ...choice, quantity: Math.min(left, choice.quantity) };
        return {
          does: 'press',
          words: dealWords.atDeal(fewer.quantity),
          main: true,
          onPress: () => session.take(fewer),
        };
      }
      const price = offer.variants.find((one) => one.variantId === choice.variantId)?.priceAmount ?? 0;
      const words = dealWords.atRegular(money(price, offer.currency));
      return { does: 'press', words, main: true, onPress: () => session.take({ ...choice, dealId: null }) };
    }
  }
}

/** Words about a change of variant or quantity that was taken back, and about what can still be had. */
function RefusalNotice({ buying, offer }: { buying: Buying; offer: Offer }) {
  const t = useCheckoutText();
  const dealWords = useDealText();
  const { hold } = buying;
  if (hold.phase === 'soldOut') {
    const others = offer.variants.some((one) => one.variantId !== hold.choice.variantId && one.available > 0);
    return others ? <p className={css.notice}>{t.soldOutOthers}</p> : null;
  }
  if (hold.phase !== 'held' || !hold.refusal) return null;
  return (
    <p className={css.notice} role="alert">
      {hold.refusal.deal
        ? dealKeptWords(hold.refusal.deal, hold.held.hold, dealWords)
        : refusalWords(hold.refusal, hold.held, offer, t)}
    </p>
  );
}

function refusalWords({ choice, available }: Refusal, { hold }: Held, offer: Offer, t: Words): string {
  const asked = offer.variants.find((one) => one.variantId === choice.variantId)?.name ?? '';
  if (available === null) return t.refusedNoAnswer(hold.quantity);
  if (choice.variantId === hold.variantId) return t.refusedQuantity(available, hold.quantity);
  return available === 0 ? t.refusedVariant(asked) : t.refusedFewer(asked, available);
}
