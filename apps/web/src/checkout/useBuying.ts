import { useStore } from '@nanostores/react';
import { useEffect, useRef, useState } from 'react';
import { checkoutApi, type Hold, type Totals } from '#contracts/checkout';
import type { Deal } from '#contracts/deals';
import type { Offer } from '#contracts/shows';
import { call, guest } from '../api.ts';
import { serverNow } from '../clock.ts';
import { locale } from '../i18n.ts';
import { coversVariant, openDeal } from '../room/deals.ts';
import type { Ending } from './band-face.ts';
import {
  buyerFaults,
  emptyBuyer,
  serverFaults,
  toAddress,
  toContact,
  type BuyerFaults,
  type BuyerField,
} from './buyer.ts';
import { createHoldSession, type Choice, type HoldSession } from './hold-session.ts';
import { draftBuyer, keepDraft, readPurchase, savedBuyer } from './purchase-record.ts';
import type { PurchaseOutcome } from './purchase.ts';
import { useCard } from './useCard.ts';
import { usePurchase } from './usePurchase.ts';

interface Buying {
  showId: string;
  offer: Offer;
  /** Flash deals of the show, as they are on screen. */
  deals: Deal[];
  variantId: string | undefined;
  /** The deal whose price was beside Buy when it was pressed. */
  dealId: string | null;
  initialHold: KnownHold | undefined;
  onHoldChange: (hold: Hold | null, totals?: Totals) => void;
}

/** A hold from before the sheet opened; its totals may not be known to who opens it. */
export interface KnownHold {
  hold: Hold;
  totals?: Totals;
}

/** Everything a buy sheet knows and does: the hold, what the buyer typed, the card, the payment, and how they bear on each other. */
export function useBuying({ showId, offer, deals, variantId, dealId, initialHold, onHoldChange }: Buying) {
  const [session] = useState(() => openSession(showId, offer, { variantId, dealId }, initialHold));
  const hold = useStore(session.state);
  const held = hold.phase === 'held' ? hold.held : null;
  const totals = useLast(held?.totals ?? null);

  const [first] = useState(() => draftBuyer() ?? savedBuyer() ?? emptyBuyer(offer.currency));
  const [form, setForm] = useState(first);
  const [faults, setFaults] = useState<BuyerFaults>({});
  const [cardIncomplete, setCardIncomplete] = useState(false);
  const [totalBefore, setTotalBefore] = useState(0);

  const purchase = usePurchase();
  const outcome = purchase.state.at === 'settled' ? purchase.state.outcome : null;
  const locked = purchase.state.at === 'paying' || outcome?.kind === 'interrupted';
  const card = useCard(totals, locked, () => {
    setCardIncomplete(false);
    if (outcome?.kind === 'declined') purchase.clear();
  });

  const tell = useRef(onHoldChange);
  tell.current = onHoldChange;
  useEffect(() => {
    session.start();
  }, [session]);
  useEffect(() => {
    if (hold.phase !== 'taking') tell.current(held?.hold ?? null, held?.totals);
  }, [hold.phase, held]);

  // A reload in the middle of a payment: the sheet goes on where the tab had stopped.
  const recover = purchase.recover;
  const recovered = useRef(false);
  useEffect(() => {
    if (!card.stripe || !initialHold || recovered.current) return;
    recovered.current = true;
    recover(initialHold.hold.id, card.stripe);
  }, [card.stripe, initialHold, recover]);

  const onOutcome = useRef<(outcome: PurchaseOutcome) => void>(() => undefined);
  onOutcome.current = (settled) => {
    switch (settled.kind) {
      case 'paid':
        if (held) tell.current({ ...held.hold, state: 'sold' }, settled.order.totals);
        break;
      case 'holdExpired':
      case 'soldOut':
        session.expire();
        purchase.clear();
        break;
      case 'priceChanged':
        setTotalBefore(totals?.totalAmount ?? 0);
        void session.refresh();
        break;
      case 'invalid':
        setFaults(serverFaults(settled.details));
        break;
      case 'declined':
      case 'failed':
        // While the payment was under way the end of the hold was not ours to call.
        if (held && Date.parse(held.hold.expiresAt) <= serverNow()) session.expire();
        break;
      case 'pending':
      case 'canceled':
      case 'interrupted':
        break;
    }
  };
  useEffect(() => {
    if (outcome) onOutcome.current(outcome);
  }, [outcome]);

  const change = (field: BuyerField, value: string): void => {
    const changed = { ...form, [field]: value };
    setForm(changed);
    keepDraft(changed);
    setFaults(({ [field]: _mended, ...others }) => others);
  };

  /** The press of Pay: looks at the fields first, and answers whether they were whole. */
  const pay = (): boolean => {
    if (!held || !card.stripe || locked) return true;
    const found = buyerFaults(form);
    setFaults(found);
    setCardIncomplete(false);
    if (Object.keys(found).length > 0) return false;
    const [contact, address] = [toContact(form), toAddress(form)];
    const agreed = {
      holdIds: [held.hold.id],
      couponCodes: [],
      locale: locale.get(),
      paymentMethod: 'card' as const,
      contact,
      address,
      expectedTotalAmount: held.totals.totalAmount,
    };
    purchase.pay(agreed, card.stripe, async () => {
      const answer = await card.tokenise(contact, address);
      if ('token' in answer) return answer.token;
      setCardIncomplete(true);
      return null;
    });
    return true;
  };

  /** A hold keeps its deal, also after that has ended; any other choice is at the price that is on screen now. */
  const dealFor = (variant: string): string | null => {
    const mine = held?.hold.dealId ?? null;
    if (held?.hold.variantId === variant) return mine;
    const known = deals.find((deal) => deal.id === mine);
    if (mine && (!known || coversVariant(known, offer.id, variant))) return mine;
    return openDeal(deals, offer.id, variant, serverNow())?.id ?? null;
  };

  return {
    session,
    hold,
    held,
    dealFor,
    totals,
    form,
    faults,
    known: Object.keys(buyerFaults(first)).length === 0,
    card,
    cardIncomplete,
    outcome,
    locked,
    paying: purchase.state.at === 'paying',
    /** An order has the hold: what is bought can no longer be changed, though the payment may be tried again. */
    ordered: held !== null && (held.hold.state === 'attached' || readPurchase(held.hold.id).orderId !== null),
    ending: endingOf(outcome),
    totalBefore,
    change,
    pay,
    resume: purchase.resume,
    /** The clock of the hold is over. A payment under way decides for itself. */
    end: () => {
      if (!locked) session.expire();
    },
  };
}

function openSession(
  showId: string,
  offer: Offer,
  pressed: { variantId: string | undefined; dealId: string | null },
  known: KnownHold | undefined,
): HoldSession {
  const first = offer.variants.find((variant) => variant.available > 0) ?? offer.variants[0];
  const choice = known
    ? { variantId: known.hold.variantId, quantity: known.hold.quantity, dealId: known.hold.dealId }
    : { variantId: pressed.variantId ?? first?.variantId ?? '', quantity: 1, dealId: pressed.dealId };
  const ask = async (request: { key: string } & Choice) => {
    await guest(); // a hold belongs to somebody: the very first call of this browser may still be under way
    return call(checkoutApi.hold, { ...request, showId, offerId: offer.id, path: 'instant' });
  };
  // Asking for what is already held answers the same hold with its totals.
  const initial = known?.totals ? { hold: known.hold, totals: known.totals } : undefined;
  return createHoldSession(ask, choice, initial);
}

function endingOf(outcome: PurchaseOutcome | null): Ending | null {
  if (outcome?.kind !== 'paid' && outcome?.kind !== 'pending' && outcome?.kind !== 'canceled') return null;
  return { kind: outcome.kind, order: outcome.order };
}

/** The last totals that there were: a hold that ended keeps the card fields and what it would cost on screen. */
function useLast(totals: Totals | null): Totals | null {
  const last = useRef(totals);
  if (totals) last.current = totals;
  return last.current;
}
