import { atom, type ReadableAtom } from 'nanostores';
import type { Quote } from '#contracts/checkout';
import { ApiError } from '../api.ts';
import { randomId } from '../random-id.ts';

/** Why nothing of the cart could be held: a line that has too little, or something else. */
export interface CartRefusal {
  variantId: string | null;
  /** What could be held of that line now. */
  available: number;
  error: ApiError;
}

export type CartState =
  | { phase: 'cart'; refusal: CartRefusal | null }
  | { phase: 'taking' }
  | { phase: 'held'; quote: Quote }
  | { phase: 'expired'; quote: Quote };

export interface CartSession {
  state: ReadableAtom<CartState>;
  /** Takes holds of all lines, or of none. A second press of the same button does nothing. */
  checkout: () => Promise<void>;
  /** Goes on with holds that there are. */
  resume: (holdIds: string[]) => Promise<void>;
  /** Asks again what they cost. */
  refresh: () => Promise<void>;
  /** Back to the lines. What is held stays held until its end. */
  back: () => void;
  /** The first of the holds is over, by the clock or because the server said so. */
  expire: () => void;
}

interface CartCalls {
  hold: (key: string) => Promise<Quote>;
  quote: (holdIds: string[]) => Promise<Quote>;
}

/** From the lines of a cart to holds of all of them. */
export function createCartSession(calls: CartCalls): CartSession {
  const state = atom<CartState>({ phase: 'cart', refusal: null });

  const take = async (ask: () => Promise<Quote>): Promise<void> => {
    if (state.get().phase === 'taking') return;
    state.set({ phase: 'taking' });
    try {
      state.set({ phase: 'held', quote: await ask() });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const { variantId, available } = error.details;
      state.set({
        phase: 'cart',
        refusal: {
          variantId: typeof variantId === 'string' ? variantId : null,
          available: Number(available ?? 0),
          error,
        },
      });
    }
  };

  const checkout = () =>
    take(async () => {
      // One press, one key: an answer that was lost on the way is asked for again, and is the same holds.
      const key = randomId();
      try {
        return await calls.hold(key);
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 'unavailable') throw error;
        return calls.hold(key);
      }
    });

  const refresh = async (): Promise<void> => {
    const now = state.get();
    if (now.phase !== 'held') return;
    try {
      const quote = await calls.quote(idsOf(now.quote));
      if (state.get() === now) state.set({ phase: 'held', quote });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === 'hold_expired') expire();
    }
  };

  const expire = (): void => {
    const now = state.get();
    if (now.phase === 'held') state.set({ phase: 'expired', quote: now.quote });
  };

  return {
    state,
    checkout,
    resume: (holdIds) => take(() => calls.quote(holdIds)),
    refresh,
    back: () => state.set({ phase: 'cart', refusal: null }),
    expire,
  };
}

export function idsOf(quote: Quote): string[] {
  return quote.lines.map((line) => line.holdId);
}
