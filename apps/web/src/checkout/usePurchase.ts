import { useCallback, useEffect, useRef, useState } from 'react';
import { checkoutApi, type PublicOrder } from '#contracts/checkout';
import { ApiError, call } from '../api.ts';
import { realtime } from '../realtime.ts';
import {
  forgetPurchase,
  placedPurchase,
  purchaseOf,
  saveBuyer,
  writePurchase,
  type PurchaseRecord,
} from './purchase-record.ts';
import {
  purchase,
  settle,
  type CheckoutStripe,
  type PurchaseOutcome,
  type PurchaseSteps,
  type PurchaseWish,
} from './purchase.ts';

export type PurchaseState = { at: 'idle' } | { at: 'paying' } | { at: 'settled'; outcome: PurchaseOutcome };

/** For a line that is there while the server, or Stripe behind it, is not. */
const RESUME_MS = 10_000;

type Agreed = Omit<PurchaseWish, 'key'>;

interface Attempt {
  agreed: Agreed;
  token: string;
  stripe: CheckoutStripe;
}

/**
 * The payment of one sheet. `placed` is the order, once there is one: what it costs is then settled. What must outlive the sheet is in purchase-record.ts; an attempt without an answer stays here and is
 * repeated as it was by `resume`, which also happens by itself: when the browser or the server is back, and now and then.
 */
export function usePurchase() {
  const [state, setState] = useState<PurchaseState>({ at: 'idle' });
  const [placed, setPlaced] = useState<PublicOrder | null>(null);
  const unanswered = useRef<Attempt | null>(null);
  const running = useRef(false);
  const alive = useRef(true);
  useEffect(() => {
    alive.current = true;
    return () => {
      alive.current = false;
    };
  }, []);

  /** Runs one attempt; presses in between are the same wish and do nothing. */
  const run = useCallback(async (work: () => Promise<PurchaseOutcome | null>): Promise<void> => {
    if (running.current) return;
    running.current = true;
    setState({ at: 'paying' });
    try {
      const outcome = await work();
      if (alive.current) setState(outcome ? { at: 'settled', outcome } : { at: 'idle' });
    } catch (error) {
      const known = error instanceof ApiError ? error : new ApiError('internal', String(error), '', 0);
      if (alive.current) setState({ at: 'settled', outcome: { kind: 'failed', error: known } });
    } finally {
      running.current = false;
    }
  }, []);

  const send = useCallback(async (attempt: Attempt): Promise<PurchaseOutcome> => {
    const { agreed, token, stripe } = attempt;
    const record = purchaseOf(agreed.holdIds);
    unanswered.current = attempt;
    const wish = { ...agreed, key: record.key, holdIds: record.holdIds };
    const outcome = await purchase(wish, token, stepsFor(record, stripe, setPlaced));
    if (outcome.kind !== 'interrupted') unanswered.current = null;
    closeRecord(record, outcome);
    if (outcome.kind === 'paid') saveBuyer(agreed.contact, agreed.address);
    return outcome;
  }, []);

  /** `tokenise` answers null when the card itself said what is wrong. */
  const pay = useCallback(
    (agreed: Agreed, stripe: CheckoutStripe, tokenise: () => Promise<string | null>) =>
      void run(async () => {
        const token = await tokenise();
        return token === null ? null : send({ agreed, token, stripe });
      }),
    [run, send],
  );

  const resume = useCallback(() => {
    const attempt = unanswered.current;
    if (attempt) void run(() => send(attempt));
  }, [run, send]);

  /**
   * After a reload: looks what became of the order that this browser had placed for any of these holds. Without an answer nothing is
   * lost: Pay sends the same key again.
   */
  const recover = useCallback(
    (holdIds: string[], stripe: CheckoutStripe) => {
      const record = placedPurchase(holdIds);
      const orderId = record?.orderId;
      if (!record || !orderId) return;
      void run(async () => {
        const order = await call(checkoutApi.refresh, { id: orderId }).catch(() => null);
        if (!order) return null;
        setPlaced(order);
        const outcome = await settle(order, stepsFor(record, stripe, setPlaced), true);
        closeRecord(record, outcome);
        return outcome;
      });
    },
    [run],
  );

  const clear = useCallback(() => setState((now) => (now.at === 'settled' ? { at: 'idle' } : now)), []);

  const waiting = state.at === 'settled' && state.outcome.kind === 'interrupted';
  useEffect(() => {
    if (!waiting) return;
    window.addEventListener('online', resume);
    const stopListening = realtime.status.listen((status) => status === 'online' && resume());
    const timer = setTimeout(resume, RESUME_MS);
    return () => {
      window.removeEventListener('online', resume);
      stopListening();
      clearTimeout(timer);
    };
  }, [waiting, resume]);

  return { state, placed, pay, resume, recover, clear };
}

function stepsFor(
  record: PurchaseRecord,
  stripe: CheckoutStripe,
  onPlaced: (order: PublicOrder) => void,
): PurchaseSteps {
  return {
    placeOrder: (wish) => call(checkoutApi.placeOrder, wish),
    refresh: (id) => call(checkoutApi.refresh, { id }),
    handleNextAction: (options) => stripe.handleNextAction(options as { clientSecret: string }),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    onPlaced: (order) => {
      writePurchase({ ...record, orderId: order.id });
      onPlaced(order);
    },
  };
}

/** A purchase that is over needs its key no more. */
function closeRecord({ key }: PurchaseRecord, outcome: PurchaseOutcome): void {
  switch (outcome.kind) {
    case 'paid':
    case 'canceled':
    case 'holdExpired':
      forgetPurchase(key);
      break;
    default:
      break; // the order, if there is one, still owns the holds
  }
}
