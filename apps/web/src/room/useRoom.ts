import { useStore } from '@nanostores/react';
import { useEffect, useMemo } from 'react';
import type { PublicShow } from '#contracts/shows';
import { createRoom, type RoomActions, type RoomStatus } from './connection.ts';
import { currentPin, offerOf, type RoomState } from './room.ts';
import type { Offer, Pin } from '#contracts/shows';

/** A live room as a place sees it: what is known, and what one may do in it. */
export interface Room extends RoomState, RoomActions {
  showId: string;
  status: RoomStatus;
  offers: Offer[];
  /** On screen now, with its offer. */
  pin: Pin | null;
  pinned: Offer | null;
}

/**
 * Joins the room of a show for as long as the component stands. `initial` is what the page already knows, so that the first
 * picture needs no answer. Staff (`as: 'staff'`) are known by their session and need no guest token.
 */
export function useRoom(showId: string, options: { as?: 'viewer' | 'staff'; initial?: PublicShow } = {}): Room {
  const { as = 'viewer', initial } = options;
  // `initial` seeds the room of its show once; later copies of it are older than what the room knows.
  const room = useMemo(() => createRoom(showId, as, initial?.id === showId ? initial : null), [showId, as]);
  useEffect(() => room.open(), [room]);
  const state = useStore(useStore(room.view));
  const status = useStore(room.status);
  return useMemo(() => {
    const pin = currentPin(state.show);
    return {
      ...state,
      ...room.actions,
      showId,
      status,
      offers: state.show?.offers ?? [],
      pin,
      pinned: offerOf(state.show, pin?.offerId),
    };
  }, [state, status, room, showId]);
}
