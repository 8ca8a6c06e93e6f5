import { lazy, Suspense, useEffect, useState } from 'react';
import type { PublicShow } from '#contracts/shows';
import type { Room } from '../room/useRoom.ts';
import { ChatPanel } from './ChatPanel.tsx';
import { ConnectionLine } from './ConnectionLine.tsx';
import { idle } from './idle.ts';
import css from './LiveShow.module.css';
import { LiveHead } from './LiveHead.tsx';
import { PinnedCard } from './PinnedCard.tsx';
import { Stage } from './Stage.tsx';
import type { Waiting } from './deals/useWaiting.ts';
import type { Buying } from './useBuying.ts';
import type { CartInHand } from './useCart.ts';
import { useHearts } from './useHearts.ts';
import { useKeyboardInset, useLayout } from './useLayout.ts';
import { useWatching } from './useWatching.ts';

// Only wide screens have room for these.
const SoFar = lazy(() => import('./SoFar.tsx'));
const Shelf = lazy(() => import('./Shelf.tsx'));
const GoodsSheet = lazy(() => import('./GoodsSheet.tsx'));
const Lapsed = lazy(() => import('./deals/Lapsed.tsx'));
// A question less is no harm; the page must not fall with it.
const RoomSurvey = lazy(() =>
  idle.then(() => import('../survey/RoomSurvey.tsx')).catch(() => ({ default: () => null })),
);

/** Where the list of goods stands open: at the list, or at one offer. */
type OpenGoods = { offerId: string | null } | null;

interface LiveShowProps {
  show: PublicShow;
  room: Room;
  buying: Buying;
  waiting: Waiting;
  cart: CartInHand;
}

export function LiveShow({ show, room, buying, waiting, cart }: LiveShowProps) {
  const layout = useLayout();
  const hearts = useHearts(room);
  const watching = useWatching(room, show);
  const [goods, setGoods] = useState<OpenGoods>(null);
  const [typing, setTyping] = useState(false);
  const [readAloud, setReadAloud] = useState(false);
  useKeyboardInset();
  useStageBehind();
  const wide = layout === 'desktop' || layout === 'column';

  const openOffer = (offerId: string) => {
    const offer = room.offers.find((one) => one.id === offerId);
    if (offer) room.record('Product Clicked', offer.productId);
    setGoods({ offerId });
  };

  return (
    <div className={css.live} data-theme="dark" data-layout={layout} data-typing={typing ? '' : undefined}>
      <LiveHead
        show={show}
        people={room.people}
        watching={watching}
        cart={cart}
        layout={layout}
        readAloud={readAloud}
        onReadAloud={setReadAloud}
      />
      <main className={css.left}>
        <Stage show={show} room={room} watching={watching} hearts={hearts} layout={layout} />
        {wide ? (
          <Suspense fallback={null}>
            <SoFar show={show} />
            {layout === 'desktop' ? <Shelf show={show} deals={room.deals} onOpen={openOffer} /> : null}
          </Suspense>
        ) : null}
      </main>
      <aside className={css.right}>
        {layout === 'phone' ? <ConnectionLine show={show} room={room} watching={watching} /> : null}
        {waiting.lapsed.length > 0 ? (
          <Suspense fallback={null}>
            <Lapsed room={room} waiting={waiting} />
          </Suspense>
        ) : null}
        <PinnedCard
          room={room}
          buying={buying}
          waiting={waiting}
          layout={layout}
          compact={typing}
          onDetails={openOffer}
        />
        <Suspense fallback={null}>
          <RoomSurvey room={room} />
        </Suspense>
        <ChatPanel
          room={room}
          layout={layout}
          hearts={hearts}
          readAloud={readAloud}
          onTyping={setTyping}
          onGoods={() => setGoods({ offerId: null })}
        />
      </aside>
      {goods ? (
        <Suspense fallback={null}>
          <GoodsSheet
            show={show}
            room={room}
            buying={buying}
            waiting={waiting}
            cart={cart}
            first={goods.offerId}
            onClose={() => setGoods(null)}
            onBuy={(offerId, variantId) => {
              setGoods(null);
              buying.buy(offerId, variantId);
            }}
          />
        </Suspense>
      ) : null}
    </div>
  );
}

/** The page behind the stage and the browser's own bars are dark too, and the page stays where it is: overscroll would show paper. */
function useStageBehind(): void {
  useEffect(() => {
    document.documentElement.dataset.stage = '';
    const bars = document.createElement('meta');
    bars.name = 'theme-color';
    bars.content = getComputedStyle(document.documentElement).getPropertyValue('--stage').trim();
    document.head.append(bars);
    return () => {
      bars.remove();
      delete document.documentElement.dataset.stage;
    };
  }, []);
}
