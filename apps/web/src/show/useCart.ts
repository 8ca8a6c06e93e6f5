import { useStore } from '@nanostores/react';
import { useEffect, useState } from 'react';
import type { Offer } from '#contracts/shows';
import { ApiError } from '../api.ts';
import { addToCart, cart, loadCart, piecesIn } from '../checkout/cart.ts';
import type { Room } from '../room/useRoom.ts';
import { toast } from '../ui/toast.tsx';
import { useShowText } from './texts.ts';

export interface CartInHand {
  /** Pieces in it. */
  count: number;
  isOpen: boolean;
  open: () => void;
  close: () => void;
  /** One of this variant goes into the cart. */
  add: (offer: Offer, variantId: string) => void;
  /** Pieces of an offer, or of one of its variants, that are in it. */
  of: (offerId: string, variantId?: string) => number;
}

/** The cart at the brand of this show: what its mark on the stage says, and whether it stands open. */
export function useCart(room: Room, brandId: string): CartInHand {
  const now = useStore(cart);
  const [isOpen, setOpen] = useState(false);
  const online = room.status === 'online';
  useEffect(() => {
    if (online) void loadCart(brandId);
  }, [brandId, online]);

  const add = (offer: Offer, variantId: string): void => {
    const t = useShowText.get();
    addToCart({ showId: room.showId, offerId: offer.id, variantId }).catch((error: unknown) => {
      const full = error instanceof ApiError && error.code === 'conflict';
      toast(full ? t.cartFull : t.notInCart({ name: offer.name }));
    });
  };
  const of = (offerId: string, variantId?: string): number =>
    (now?.lines ?? [])
      .filter((line) => line.offerId === offerId && (variantId === undefined || line.variantId === variantId))
      .reduce((sum, line) => sum + line.quantity, 0);
  return { count: piecesIn(now), of, isOpen, open: () => setOpen(true), close: () => setOpen(false), add };
}
