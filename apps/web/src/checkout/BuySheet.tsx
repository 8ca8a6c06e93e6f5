import { useRef, useState, type FormEvent } from 'react';
import type { Hold, Totals } from '#contracts/checkout';
import type { Offer } from '#contracts/shows';
import { money } from '../i18n.ts';
import type { Room } from '../room/useRoom.ts';
import { bandFace } from './band-face.ts';
import { BuyerDetails } from './BuyerDetails.tsx';
import { BuyFoot, TotalLines, type FootAction } from './BuyFoot.tsx';
import css from './BuySheet.module.css';
import { CardSection, Fault } from './CardSection.tsx';
import { useCheckoutText } from './checkout-text.ts';
import { stillInDeal } from './deal-refusal.ts';
import { dealKeptWords, useDealText } from './deal-text.ts';
import { dealAmountOf, DealNotice } from './DealNotice.tsx';
import { Goods, Pick } from './Goods.tsx';
import { HoldBand } from './HoldBand.tsx';
import type { Choice, Held, Refusal } from './hold-session.ts';
import { Outcome } from './Outcome.tsx';
import { PayNotice } from './PayNotice.tsx';
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
  /** Takes a place on the waitlist of what is sold out. */
  onWait: (choice: Choice) => void;
}

/** Buying over the running video, from the press of Buy to the result. */
export default function BuySheet(props: BuySheetProps) {
  const current = props.room.offers.find((one) => one.id === props.offerId);
  const [known, setKnown] = useState(current);
  // An offer that leaves the run of show while it is being bought stays on the sheet: its hold is already taken.
  if (current && current !== known) setKnown(current);
  return known ? <OpenSheet {...props} offer={known} /> : null;
}

function OpenSheet(props: BuySheetProps & { offer: Offer }) {
  const { offer, room, variantId, dealId, initialHold, onClose, onHoldChange, onWait } = props;
  const t = useCheckoutText();
  const dealWords = useDealText();
  const buying = useBuying({
    showId: room.showId,
    offer,
    deals: room.deals,
    variantId,
    dealId,
    initialHold,
    onHoldChange,
  });
  const { hold, held, totals, card, outcome, ending, locked } = buying;
  const choice = hold.choice;
  const variant = offer.variants.find((one) => one.variantId === choice.variantId);
  const form = useRef<HTMLFormElement>(null);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (buying.pay()) return;
    // The fields that are marked exist after the next paint: a folded group opens when one of its fields is faulty.
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };

  const close = buying.paying ? null : onClose;
  const adjusting = hold.phase === 'held' && hold.adjusting;
  const fixed = locked || buying.ordered || hold.phase === 'expired';
  const fillable = hold.phase !== 'soldOut' && hold.phase !== 'dealRefused' && !(hold.phase === 'failed' && !totals);
  return (
    <SheetFrame label={t.buying(offer.name)} onClose={close}>
      <HoldBand
        face={bandFace(hold, ending, { offer: offer.name, variant: variant?.name ?? '' }, t)}
        onClose={close}
        onEnd={buying.end}
      />
      {ending ? (
        <div className={css.body}>
          <Outcome kind={ending.kind} order={ending.order} />
        </div>
      ) : (
        <form id="buy" ref={form} className={css.body} noValidate onSubmit={submit}>
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
          {fillable && (
            <>
              <BuyerDetails
                form={buying.form}
                faults={buying.faults}
                currency={offer.currency}
                known={buying.known}
                locked={locked}
                onChange={buying.change}
              />
              <CardSection card={card} locked={locked} refused={outcome?.kind === 'declined'}>
                {buying.cardIncomplete && <Fault title={t.cardIncomplete} />}
                {outcome && totals && <PayNotice outcome={outcome} totals={totals} totalBefore={buying.totalBefore} />}
              </CardSection>
              <TotalLines totals={totals} quantity={held?.hold.quantity ?? choice.quantity} stale={adjusting} />
            </>
          )}
        </form>
      )}
      <BuyFoot
        totals={ending || !fillable ? undefined : totals}
        stale={adjusting}
        action={footAction(buying, { t, dealWords, offer, onClose, onWait })}
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
  dealWords: ReturnType<typeof useDealText>;
  offer: Offer;
  onClose: () => void;
  onWait: (choice: Choice) => void;
}

function footAction(buying: Buying, { t, dealWords, offer, onClose, onWait }: FootWords): FootAction {
  const { hold, outcome, ending, card, session } = buying;
  if (ending) return { does: 'press', words: t.backToShow, main: true, onPress: onClose };
  if (buying.paying) return { does: 'wait', words: t.paying };
  if (outcome?.kind === 'interrupted') return { does: 'press', words: t.resume, main: true, onPress: buying.resume };
  switch (hold.phase) {
    case 'taking':
      return { does: 'wait', words: t.taking };
    case 'held':
      if (hold.adjusting) return { does: 'wait', words: t.updating };
      return { does: 'pay', ready: card.status === 'ready', otherCard: outcome?.kind === 'declined' };
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
