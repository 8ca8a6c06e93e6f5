import { useStore } from '@nanostores/react';
import { useEffect, useRef, useState } from 'react';
import { checkoutApi, type Hold, type Totals } from '#contracts/checkout';
import type { Deal, PicturePath } from '#contracts/deals';
import type { Offer } from '#contracts/shows';
import { call, guest } from '../api.ts';
import { serverNow } from '../clock.ts';
import { coversVariant, openDeal } from '../room/deals.ts';
import { createHoldSession, type Choice, type HoldSession } from './hold-session.ts';
import { useBeside } from './useBeside.ts';
import { usePaying, type Payable } from './usePaying.ts';

interface Buying {
  brandId: string;
  showId: string;
  offer: Offer;
  /** Flash deals of the show, as they are on screen. */
  deals: Deal[];
  variantId: string | undefined;
  /** The deal whose price was beside Buy when it was pressed. */
  dealId: string | null;
  initialHold: KnownHold | undefined;
  /** How the picture comes that the buyer pressed at. */
  path: PicturePath;
  onHoldChange: (hold: Hold | null, totals?: Totals) => void;
}

/** A hold from before the sheet opened; its totals may not be known to who opens it. */
export interface KnownHold {
  hold: Hold;
  totals?: Totals;
}

/** Everything a buy sheet knows and does: the hold of one offer, and how it is paid for. */
export function useBuying({
  brandId,
  showId,
  offer,
  deals,
  variantId,
  dealId,
  initialHold,
  path,
  onHoldChange,
}: Buying) {
  const [session] = useState(() => openSession(showId, offer, { variantId, dealId, path }, initialHold));
  const hold = useStore(session.state);
  const held = hold.phase === 'held' ? hold.held : null;
  const room = useBeside();

  const tell = useRef(onHoldChange);
  tell.current = onHoldChange;
  useEffect(() => {
    session.start();
  }, [session]);
  useEffect(() => {
    if (hold.phase !== 'taking') tell.current(held?.hold ?? null, held?.totals);
  }, [hold.phase, held]);

  const paying = usePaying({
    payable: held ? payableOf(held) : null,
    brandId,
    currency: offer.currency,
    beside: room && hold.phase !== 'soldOut' && hold.phase !== 'dealRefused' && hold.phase !== 'failed',
    onPaid: (order) => {
      if (held) tell.current({ ...held.hold, state: 'sold' }, order.totals);
    },
    onVoucher: (order) => {
      const expiresAt = order.payBy ?? held?.hold.expiresAt;
      if (held && expiresAt) tell.current({ ...held.hold, state: 'attached', expiresAt }, order.totals);
    },
    onOver: session.expire,
    onPriceChanged: () => void session.refresh(),
  });

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
    paying,
    /** The clock of the hold is over. A payment under way decides for itself. */
    end: () => {
      if (!paying.locked) session.expire();
    },
  };
}

function payableOf({ hold, totals }: { hold: Hold; totals: Totals }): Payable {
  return {
    holdIds: [hold.id],
    revision: `${hold.variantId} ${hold.quantity} ${hold.dealId}`,
    totals,
    expiresAt: hold.expiresAt,
    attached: hold.state === 'attached',
    deal: hold.dealId !== null,
  };
}

function openSession(
  showId: string,
  offer: Offer,
  pressed: { variantId: string | undefined; dealId: string | null; path: PicturePath },
  known: KnownHold | undefined,
): HoldSession {
  const first = offer.variants.find((variant) => variant.available > 0) ?? offer.variants[0];
  const choice = known
    ? { variantId: known.hold.variantId, quantity: known.hold.quantity, dealId: known.hold.dealId }
    : { variantId: pressed.variantId ?? first?.variantId ?? '', quantity: 1, dealId: pressed.dealId };
  const ask = async (request: { key: string } & Choice) => {
    await guest(); // a hold belongs to somebody: the very first call of this browser may still be under way
    return call(checkoutApi.hold, { ...request, showId, offerId: offer.id, path: pressed.path });
  };
  // Asking for what is already held answers the same hold with its totals.
  const initial = known?.totals ? { hold: known.hold, totals: known.totals } : undefined;
  return createHoldSession(ask, choice, initial);
}
