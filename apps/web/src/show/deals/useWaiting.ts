import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { checkoutApi, type Hold, type WaitlistEntry } from '#contracts/checkout';
import { ApiError, call, guest } from '../../api.ts';
import { serverNow, useNow } from '../../clock.ts';
import { offerOf } from '../../room/room.ts';
import type { Room } from '../../room/useRoom.ts';
import { realtime } from '../../realtime.ts';
import { toast } from '../../ui/toast.tsx';
import { useSaleText } from './texts.ts';
import { allPlaces, lapsedPlaces, withPlace } from './places.ts';

export interface Waiting {
  /** Places in line, by variant. */
  places: Map<string, WaitlistEntry>;
  /** Holds that came of a place. */
  turns: Set<string>;
  /** Turns that nobody took in time. */
  lapsed: WaitlistEntry[];
  join: (offerId: string, variantId: string, quantity?: number) => void;
  leave: (entry: WaitlistEntry) => void;
  /** The buyer has read that a turn lapsed. */
  forget: (entry: WaitlistEntry) => void;
}

interface Ends {
  /** A hold was offered: it is this viewer's for a limited time. */
  onTurn: (hold: Hold) => void;
  /** There is stock after all. */
  onInStock: (offerId: string, variantId: string) => void;
  /** Holds that were paid. */
  isSold: (holdId: string) => boolean;
}

/** This viewer's places on the waitlists of a show. The server tells of a turn; a reload or a new connection asks. */
export function useWaiting(room: Room, ends: Ends): Waiting {
  const { showId, status } = room;
  const t = useSaleText();
  const [entries, setEntries] = useState<WaitlistEntry[]>([]);
  const latest = useRef({ ends, t, room });
  latest.current = { ends, t, room };
  const online = status === 'online';

  const take = useCallback((entry: WaitlistEntry) => {
    setEntries((known) => withPlace(known, entry));
    if (entry.state === 'offered' && entry.hold) latest.current.ends.onTurn(entry.hold);
  }, []);
  const ask = useCallback(() => {
    call(checkoutApi.waitlist, { showId }).then(
      ({ entries: found }) => {
        setEntries((known) => allPlaces(known, found));
        for (const { hold } of found) if (hold) latest.current.ends.onTurn(hold);
      },
      () => undefined, // asked again with the next connection
    );
  }, [showId]);

  useEffect(() => {
    if (online) ask();
  }, [online, ask]);
  useEffect(
    () =>
      realtime.on('waitlist.changed', (entry) => {
        if (entry.showId === showId) take(entry);
      }),
    [showId, take],
  );

  // The place moves when others leave, which the counts of the room show. All who wait see the same count change at once, and ask
  // spread over a time that grows with them: about a hundred questions a second, whatever the length of the line.
  const waits = entries.filter(({ state }) => state === 'waiting');
  const counts = waits.map(({ variantId }) => countOf(room, variantId));
  const moved = counts.join();
  useEffect(() => {
    if (!online || counts.every((count) => count === 0)) return;
    const spread = 300 + Math.random() * Math.max(...counts) * 10;
    const timer = setTimeout(ask, spread);
    return () => clearTimeout(timer);
  }, [moved, online, ask]);

  const offered = entries.some(({ state }) => state === 'offered');
  const now = useNow(offered ? 1000 : 60_000);

  const nameOf = ({ offerId, variantId }: Pick<WaitlistEntry, 'offerId' | 'variantId'>) => {
    const offer = offerOf(latest.current.room.show, offerId);
    const variant = offer?.variants.find((one) => one.variantId === variantId)?.name;
    return [offer?.name, variant].filter(Boolean).join(' ');
  };
  const join = (offerId: string, variantId: string, quantity = 1) => {
    void guest()
      .then(() => call(checkoutApi.joinWaitlist, { showId, offerId, variantId, quantity }))
      .then(
        (entry) => {
          take(entry);
          // The card of the pinned offer shows the place itself.
          if (entry.state === 'waiting' && entry.offerId !== latest.current.room.pin?.offerId) {
            toast(latest.current.t.joined({ name: nameOf(entry), ahead: entry.ahead }));
          }
        },
        (error: unknown) => {
          const inStock = error instanceof ApiError && error.code === 'in_stock';
          toast(inStock ? latest.current.t.inStock : latest.current.t.waitFailed);
          if (inStock) latest.current.ends.onInStock(offerId, variantId);
        },
      );
  };
  const leave = (entry: WaitlistEntry) => {
    call(checkoutApi.leaveWaitlist, { id: entry.id }).then(
      () => {
        setEntries((known) => known.filter(({ id }) => id !== entry.id));
        toast(latest.current.t.left);
      },
      () => toast(latest.current.t.leaveFailed),
    );
  };
  const forget = (entry: WaitlistEntry) => setEntries((known) => known.filter(({ id }) => id !== entry.id));

  return {
    places: useMemo(
      () => new Map(entries.filter(({ state }) => state === 'waiting').map((entry) => [entry.variantId, entry])),
      [entries],
    ),
    turns: useMemo(() => new Set(entries.flatMap(({ hold }) => (hold ? [hold.id] : []))), [entries]),
    lapsed: lapsedPlaces(entries, Math.max(now, serverNow() - 1000), ends.isSold),
    join,
    leave,
    forget,
  };
}

function countOf(room: Room, variantId: string): number {
  for (const offer of room.offers) {
    const variant = offer.variants.find((one) => one.variantId === variantId);
    if (variant) return variant.waiting;
  }
  return 0;
}
