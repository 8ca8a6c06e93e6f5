import { useCallback, useEffect, useMemo, useState } from 'react';
import { checkoutApi, type Hold, type Totals } from '#contracts/checkout';
import { call } from '../api.ts';
import { serverNow, useNow } from '../clock.ts';
import { openDeal } from '../room/deals.ts';
import type { Room } from '../room/useRoom.ts';
import { dealOnScreen, variantToBuy } from './deals/deal-on-screen.ts';

export interface Held {
  hold: Hold;
  totals?: Totals;
}

export interface Buying {
  /** Holds of this viewer whose time still runs, by offer. */
  held: Map<string, Held>;
  /** All of them: several variants of one offer may be held for the cart. */
  holds: Hold[];
  /** Bought in this show, by offer. */
  bought: Map<string, Held>;
  /** The offer in the buy sheet. */
  open: { offerId: string; variantId?: string; dealId: string | null; initialHold?: Held } | null;
  buy: (offerId: string, variantId?: string) => void;
  close: () => void;
  onHoldChange: (hold: Hold | null, totals?: Totals) => void;
  /** A hold that the waitlist brought. */
  adopt: (hold: Hold) => void;
  /** Several holds have changed at once: asks which there are now. */
  reload: () => void;
  isSold: (holdId: string) => boolean;
}

/** What this viewer holds and has bought in the show, and which buy sheet is open. A reload finds the holds again. */
export function useBuying(room: Room): Buying {
  const { showId, status, record, offers, deals } = room;
  const [holds, setHolds] = useState<Held[]>([]);
  const [open, setOpen] = useState<Buying['open']>(null);
  const online = status === 'online';

  useEffect(() => {
    if (!online) return;
    const abort = new AbortController();
    call(checkoutApi.holds, { showId }, { signal: abort.signal }).then(
      ({ holds: found }) => setHolds((known) => merged(known, found)),
      () => undefined, // asked again with the next connection; the buy sheet finds its hold by itself
    );
    return () => abort.abort();
  }, [showId, online]);

  const running = holds.some(({ hold }) => isOpen(hold));
  const now = useNow(running ? 1000 : 60_000);
  const mine = useMemo(
    () => holds.filter(({ hold }) => isOpen(hold) && Date.parse(hold.expiresAt) > now),
    [holds, now],
  );
  const held = useMemo(() => byOffer(mine), [mine]);
  const bought = useMemo(() => byOffer(holds.filter(({ hold }) => hold.state === 'sold')), [holds]);

  const buy = useCallback(
    (offerId: string, variantId?: string) => {
      const offer = offers.find((one) => one.id === offerId);
      if (offer) record('Product Clicked', offer.productId);
      // What the press means is settled now: the sheet may take a second to load, and a deal may end in it.
      const now = serverNow();
      const wanted = variantId ?? (offer && variantToBuy(offer, dealOnScreen(deals, offer, undefined, now))?.variantId);
      const dealId = openDeal(deals, offerId, wanted, now)?.id ?? null;
      const same = mine.find(({ hold }) => hold.offerId === offerId && hold.variantId === variantId);
      setOpen({ offerId, variantId: wanted, dealId, initialHold: same ?? held.get(offerId) });
    },
    [offers, deals, record, mine, held],
  );
  const offerInSheet = open?.offerId;
  const onHoldChange = useCallback(
    (hold: Hold | null, totals?: Totals) => {
      setHolds((known) =>
        hold
          ? merged(known, [{ hold, totals }])
          : known.filter((one) => !isOpen(one.hold) || one.hold.offerId !== offerInSheet),
      );
    },
    [offerInSheet],
  );
  const close = useCallback(() => setOpen(null), []);
  const adopt = useCallback(
    (hold: Hold) => setHolds((known) => (known.some((one) => one.hold.id === hold.id) ? known : [...known, { hold }])),
    [],
  );
  const reload = useCallback(() => {
    call(checkoutApi.holds, { showId }).then(
      ({ holds: found }) =>
        setHolds((known) =>
          merged(
            known.filter(({ hold }) => !isOpen(hold)),
            found,
          ),
        ),
      () => undefined, // each ends by its own time
    );
  }, [showId]);
  const isSold = (holdId: string) => holds.some(({ hold }) => hold.id === holdId && hold.state === 'sold');
  return { held, holds: mine.map(({ hold }) => hold), bought, open, buy, close, onHoldChange, adopt, reload, isSold };
}

function isOpen(hold: Hold): boolean {
  return hold.state === 'active' || hold.state === 'attached';
}

function merged(known: Held[], found: Held[]): Held[] {
  const byId = new Map([...known, ...found].map((held) => [held.hold.id, held]));
  return [...byId.values()];
}

function byOffer(holds: Held[]): Map<string, Held> {
  return new Map(holds.map((held) => [held.hold.offerId, held]));
}
