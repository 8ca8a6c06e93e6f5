import { useStore } from '@nanostores/react';
import { useEffect, useState } from 'react';
import { checkoutApi, HOLD_SECONDS, type Cart, type Hold, type PublicOrder, type Quote } from '#contracts/checkout';
import type { Brand } from '#contracts/accounts';
import { ApiError, call, guest } from '../api.ts';
import { EmptyState } from '../ui/states.tsx';
import { endingFace } from './band-face.ts';
import { BuyFoot, payAction, type FootAction } from './BuyFoot.tsx';
import css from './BuySheet.module.css';
import { cart, cartChanged, loadCart, setCartLine } from './cart.ts';
import { createCartSession, idsOf, type CartRefusal } from './cart-session.ts';
import { CartLines, HeldLines, reachOf } from './CartLines.tsx';
import { useCartText } from './cart-text.ts';
import { useCheckoutText } from './checkout-text.ts';
import { Sums } from './Confirmation.tsx';
import { Fault } from './Fault.tsx';
import { HoldBand, type BandFace } from './HoldBand.tsx';
import { Outcome } from './Outcome.tsx';
import { usePaymentText } from './payment-text.ts';
import { PayForm } from './PayForm.tsx';
import { placedPurchase } from './purchase-record.ts';
import { useRefusalText } from './refusal-text.ts';
import { refusalWords } from './refusal.ts';
import { SheetFrame } from './SheetFrame.tsx';
import { useBeside } from './useBeside.ts';
import { agreedLines, usePaying } from './usePaying.ts';

interface CartSheetProps {
  brand: Brand;
  /** What this viewer holds already, in this show. */
  holds: Hold[];
  onClose: () => void;
  /** Holds were taken, given back or bought. */
  onHoldsChange: () => void;
}

/** The cart over the running video: its lines, then the same payment as for a single thing, for all of them at once. */
export default function CartSheet({ brand, holds, onClose, onHoldsChange }: CartSheetProps) {
  const t = useCartText();
  const shared = useCheckoutText();
  const words = usePaymentText();
  const refusals = useRefusalText();
  const now = useStore(cart);
  const [loadFailed, setLoadFailed] = useState(false);
  const [changing, setChanging] = useState<string | null>(null);
  const [changeFault, setChangeFault] = useState<ApiError | null>(null);
  const [session] = useState(() => openSession(brand.id));
  const state = useStore(session.state);
  const quote = state.phase === 'held' || state.phase === 'expired' ? state.quote : null;

  const reload = async () => {
    setLoadFailed(false);
    await loadCart(brand.id);
    if (cart.get() === null) setLoadFailed(true);
  };
  useEffect(() => {
    void reload();
    // A purchase of several holds that has its order is gone on with: its holds are bought together.
    const record = placedPurchase(holds.map((hold) => hold.id));
    if (record && record.holdIds.length > 1) void session.resume(record.holdIds);
  }, []); // the holds with which the sheet was opened

  const over = () => {
    session.expire();
    onHoldsChange();
  };
  const settled = (_: PublicOrder) => {
    cartChanged();
    onHoldsChange();
  };
  const paying = usePaying({
    payable:
      state.phase === 'held'
        ? {
            holdIds: idsOf(state.quote),
            revision: state.quote.lines.map((line) => `${line.variantId}${line.quantity}`).join(),
            totals: state.quote.totals,
            expiresAt: state.quote.expiresAt,
            attached: false,
            deal: false,
          }
        : null,
    brandId: brand.id,
    currency: brand.currency,
    beside: useBeside() && quote !== null,
    onPaid: settled,
    onVoucher: () => {
      // What is paid for later is not bought once more with what is put into the cart now.
      const bought = quote?.lines ?? [];
      const takeOut = ({ showId, offerId, variantId }: Quote['lines'][number]) =>
        setCartLine({ showId, offerId, variantId, quantity: 0 });
      void Promise.allSettled(bought.map(takeOut)).then(cartChanged);
      onHoldsChange();
    },
    onOver: over,
    onPriceChanged: () => void session.refresh(),
  });
  const { ending } = paying;

  const checkout = async () => {
    await session.checkout();
    onHoldsChange();
    const after = session.state.get();
    const underWay = after.phase === 'cart' && after.refusal?.error.code === 'order_transition';
    const record = underWay ? placedPurchase(holds.map((hold) => hold.id)) : null;
    if (record) await session.resume(record.holdIds);
    else if (after.phase === 'cart') void loadCart(brand.id);
  };

  const changeLine = async (line: Cart['lines'][number], quantity: number) => {
    if (changing !== null) return;
    setChanging(line.variantId);
    setChangeFault(null);
    session.back();
    try {
      const { showId, offerId, variantId } = line;
      await setCartLine({ showId, offerId, variantId, quantity });
      const held = holds.find((hold) => hold.variantId === variantId && hold.state === 'active');
      if (quantity === 0 && held) {
        await call(checkoutApi.releaseHold, { id: held.id }).catch(() => undefined); // else its time ends it
        onHoldsChange();
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setChangeFault(error);
    } finally {
      setChanging(null);
    }
  };

  const lines = now?.lines ?? [];
  const refusal = state.phase === 'cart' ? state.refusal : null;
  const short = lines.some((line) => reachOf(line, holds, refusal) < line.quantity);
  const atPay = quote !== null || state.phase === 'taking';

  const foot = (): FootAction => {
    if (ending) return { does: 'press', words: shared.backToShow, main: true, onPress: onClose };
    const action = payAction(paying, state.phase === 'held', { shared, words });
    if (action) return action;
    if (state.phase === 'taking') return { does: 'wait', words: t.taking };
    if (state.phase === 'expired') {
      return { does: 'press', words: shared.holdAgain, main: true, onPress: () => void checkout() };
    }
    if (lines.length === 0) return { does: 'press', words: t.backToShow, main: false, onPress: onClose };
    if (changing !== null) return { does: 'wait', words: t.updating };
    return { does: 'press', words: t.checkout, main: true, disabled: short, onPress: () => void checkout() };
  };

  const close = paying.paying ? null : onClose;
  return (
    <SheetFrame label={t.buying} onClose={close} wide={paying.beside && !ending} tall={paying.tall}>
      <HoldBand face={faceOf()} onClose={close} onEnd={() => !paying.locked && over()} />
      {ending ? (
        <div className={css.body}>
          <Outcome kind={ending.kind} order={ending.order} />
        </div>
      ) : quote ? (
        <PayForm
          paying={paying}
          currency={brand.currency}
          brandId={brand.id}
          brandSlug={brand.slug}
          expiresAt={state.phase === 'held' ? quote.expiresAt : null}
          fillable
        >
          <HeldLines
            lines={agreedLines(paying.order, paying.quote ?? quote) ?? []}
            currency={brand.currency}
            onBack={paying.ordered || paying.locked ? null : session.back}
          />
        </PayForm>
      ) : (
        <div className={css.body} inert={state.phase === 'taking'}>
          {now === null && !loadFailed ? <p className={css.quiet}>{t.loading}</p> : null}
          {now === null && loadFailed ? (
            <Fault title={t.loadFailed}>
              <button type="button" onClick={() => void reload()}>
                {t.tryAgain}
              </button>
            </Fault>
          ) : null}
          {now !== null && lines.length === 0 ? <EmptyState title={t.empty}>{t.emptyWhat}</EmptyState> : null}
          <CartLines
            lines={lines}
            currency={brand.currency}
            holds={holds}
            refusal={refusal}
            changing={changing}
            onChange={(line, quantity) => void changeLine(line, quantity)}
          />
          {short ? <p className={css.notice}>{t.unavailable}</p> : null}
          {refusalFault(refusal) ?? (changeFault ? fault(changeFault) : null)}
          {now?.totals && lines.length > 0 ? (
            <div className={css.cartSums}>
              <Sums totals={now.totals} coupons={[]} />
            </div>
          ) : null}
        </div>
      )}
      <BuyFoot
        totals={
          ending || (!atPay && lines.length === 0) ? undefined : (atPay && paying.totals) || (now?.totals ?? null)
        }
        stale={changing !== null}
        action={foot()}
      />
    </SheetFrame>
  );

  function faceOf(): BandFace {
    if (ending) return endingFace(ending, { t: shared, words });
    const face = (tone: BandFace['tone'], what: string, why: string): BandFace => ({ tone, what, why, held: null });
    switch (state.phase) {
      case 'cart':
        return face('plain', t.cart, lines.length > 0 ? t.notHeld : '');
      case 'taking':
        return face('ai', t.taking, t.cart);
      case 'held':
        return { tone: 'ai', what: shared.held, why: t.heldWhat(piecesOf(state.quote)), held: heldUntil(state.quote) };
      case 'expired':
        return face('plain', shared.expired, shared.expiredWhat);
    }
  }

  function fault(error: ApiError) {
    const { title, text } = refusalWords(error, brand.currency, refusals);
    return <Fault tone="caution" title={title} text={text} />;
  }

  /** What is not said at its line. */
  function refusalFault(refused: CartRefusal | null) {
    if (refused === null) return null;
    const atLine = refused.variantId !== null && ['sold_out', 'not_found'].includes(refused.error.code);
    return atLine ? null : fault(refused.error);
  }
}

function openSession(brandId: string) {
  return createCartSession({
    hold: async (key) => {
      await guest();
      return call(checkoutApi.holdCart, { key, brandId });
    },
    quote: (holdIds) => call(checkoutApi.quote, { holdIds, couponCodes: [] }),
  });
}

/** One timer for all: of the hold that ends first. */
function heldUntil({ expiresAt }: Quote): NonNullable<BandFace['held']> {
  const createdAt = new Date(Date.parse(expiresAt) - HOLD_SECONDS * 1000).toISOString();
  return { hold: { createdAt, expiresAt } };
}

function piecesOf(quote: Quote): number {
  return quote.lines.reduce((sum, line) => sum + line.quantity, 0);
}
