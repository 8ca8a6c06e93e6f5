import { lazy, Suspense, useEffect, useState } from 'react';
import { showsApi, type PublicShow } from '#contracts/shows';
import { ApiError, call } from '../api.ts';
import { learnServerTime } from '../clock.ts';
import { PageError } from '../PageError.tsx';
import { useRoom } from '../room/useRoom.ts';
import { ErrorState } from '../ui/states.tsx';
import { idle } from './idle.ts';
import { LiveShow } from './LiveShow.tsx';
import { useWaiting } from './deals/useWaiting.ts';
import css from './ShowPage.module.css';
import { useShowText } from './texts.ts';
import { useBuying } from './useBuying.ts';
import { useCart } from './useCart.ts';

const CartSheet = lazy(() => import('../checkout/CartSheet.tsx'));
const BuySheet = lazy(() => import('../checkout/BuySheet.tsx'));
const BeforeShow = lazy(() => import('./BeforeShow.tsx'));
const EndedShow = lazy(() => import('./EndedShow.tsx'));

const slugOfPage = () => decodeURIComponent(/^\/s\/([^/]+)/.exec(window.location.pathname)?.[1] ?? '');

/** What the server wrote into the page, so that nothing is asked before the first picture. */
function showInPage(slug: string): PublicShow | null {
  const text = document.getElementById('page-data')?.textContent;
  if (!text) return null;
  try {
    const show = JSON.parse(text) as PublicShow;
    if (show.slug !== slug) return null;
    learnServerTime(show.serverTime, Date.now() - 2_000, Date.now()); // a poor guess, replaced by the first reply
    return show;
  } catch {
    return null;
  }
}

export default function ShowPage() {
  const t = useShowText();
  const [slug] = useState(slugOfPage);
  const [show, setShow] = useState(() => showInPage(slug));
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    if (show || error !== null) return;
    const abort = new AbortController();
    call(showsApi.public, { slug }, { signal: abort.signal }).then(setShow, (failed: unknown) => {
      if (!abort.signal.aborted) setError(failed);
    });
    return () => abort.abort();
  }, [slug, show, error]);

  if (show) return <Show first={show} />;
  if (error instanceof ApiError && (error.code === 'not_found' || error.code === 'invalid_request'))
    return <PageError />;
  if (error !== null) {
    return (
      <main className={css.said}>
        <ErrorState title={t.loadFailed} error={error} onRetry={() => setError(null)} />
      </main>
    );
  }
  return <div className={css.waiting} aria-busy="true" />;
}

function Show({ first }: { first: PublicShow }) {
  const t = useShowText();
  const room = useRoom(first.id, { initial: first });
  const buying = useBuying(room);
  const cart = useCart(room, first.brand.id);
  const waiting = useWaiting(room, { onTurn: buying.adopt, onInStock: buying.buy, isSold: buying.isSold });
  const show = room.show ?? first;
  const title = [show.title, show.subtitle].filter(Boolean).join(' ');
  useEffect(() => {
    document.title = `${title} | ${show.brand.name}`;
  }, [title, show.brand.name]);
  useEffect(() => {
    void idle.then(() => import('./after-load.ts')).then(({ afterLoad }) => afterLoad(first));
  }, [first]);

  if (room.status === 'refused') {
    return (
      <main className={css.said}>
        <h1>{t.refused}</h1>
        <p>{t.refusedMore}</p>
      </main>
    );
  }
  return (
    <>
      <Suspense fallback={<div className={css.waiting} aria-busy="true" />}>
        {show.state === 'live' ? (
          <LiveShow show={show} room={room} buying={buying} waiting={waiting} cart={cart} />
        ) : show.state === 'ended' ? (
          <EndedShow show={show} room={room} buying={buying} />
        ) : (
          <BeforeShow show={show} />
        )}
      </Suspense>
      {buying.open ? (
        <Suspense fallback={null}>
          <BuySheet
            key={buying.open.offerId}
            room={room}
            offerId={buying.open.offerId}
            variantId={buying.open.variantId}
            dealId={buying.open.dealId}
            initialHold={buying.open.initialHold}
            onClose={buying.close}
            onHoldChange={buying.onHoldChange}
            onHoldsChange={buying.reload}
            onWait={({ variantId, quantity }) => {
              if (buying.open) waiting.join(buying.open.offerId, variantId, quantity);
              buying.close();
            }}
          />
        </Suspense>
      ) : null}
      {cart.isOpen ? (
        <Suspense fallback={null}>
          <CartSheet brand={show.brand} holds={buying.holds} onClose={cart.close} onHoldsChange={buying.reload} />
        </Suspense>
      ) : null}
    </>
  );
}
