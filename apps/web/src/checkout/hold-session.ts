import { atom, type ReadableAtom } from 'nanostores';
import type { Hold, Totals } from '#contracts/checkout';
import { ApiError } from '../api.ts';
import { randomId } from '../random-id.ts';
import { dealRefusal, type DealRefusal } from './deal-refusal.ts';

/** A hold as the server answered it, with what it costs. Totals are never worked out here. */
export interface Held {
  hold: Hold;
  totals: Totals;
}

/** What the buyer chose. */
export interface Choice {
  variantId: string;
  quantity: number;
  /** The flash deal whose price was on screen; null at the regular price. */
  dealId: string | null;
}

/** Why a change did not come true: what was left of the variant, what the deal refused, or that there was no answer. */
export interface Refusal {
  choice: Choice;
  available: number | null;
  deal: DealRefusal | null;
}

export type HoldState =
  | { phase: 'taking'; choice: Choice }
  /** `choice` may run ahead of `held` while `adjusting`; after a refusal it is back at what is held. */
  | { phase: 'held'; held: Held; choice: Choice; adjusting: boolean; refusal: Refusal | null }
  | { phase: 'soldOut'; choice: Choice; available: number }
  | { phase: 'dealRefused'; choice: Choice; deal: DealRefusal }
  | { phase: 'expired'; choice: Choice; totals: Totals | null }
  | { phase: 'failed'; choice: Choice; error: ApiError };

export interface HoldSession {
  state: ReadableAtom<HoldState>;
  /** Takes the first hold, unless there is one already. A second call does nothing. */
  start: () => void;
  /** Presses Buy again after a hold was refused, ended or got no answer. */
  take: (choice: Choice) => void;
  /** Changes variant or quantity: shown at once, and taken back with a reason when the server refuses. */
  adjust: (choice: Choice) => void;
  /** The hold's time is over, by the clock or because the server said so. */
  expire: () => void;
  /** Asks for the same hold again, for its totals of now. */
  refresh: () => Promise<void>;
}

type AskHold = (request: { key: string } & Choice) => Promise<Held>;

/**
 * The hold of one buy sheet. Requests go one at a time, because an earlier answer that arrives later would undo a newer choice;
 * while one is under way only the newest choice waits.
 */
export function createHoldSession(ask: AskHold, first: Choice, initial?: Held): HoldSession {
  const state = atom<HoldState>(initial ? heldState(initial) : { phase: 'taking', choice: first });
  let asking = false;
  let waiting: Choice | null = null;

  const take = (choice: Choice): void => {
    if (asking) return; // a second press of the same button is the same wish
    state.set({ phase: 'taking', choice });
    void send(choice);
  };

  const adjust = (choice: Choice): void => {
    const now = state.get();
    if (now.phase !== 'held' || sameChoice(now.choice, choice)) return;
    state.set({ ...now, choice, adjusting: true, refusal: null });
    if (asking) waiting = choice;
    else void send(choice);
  };

  const send = async (choice: Choice): Promise<void> => {
    asking = true;
    try {
      settle(choice, await askWithRetry(ask, choice));
    } catch (error) {
      refuse(choice, error);
    } finally {
      asking = false;
    }
    const next = waiting;
    waiting = null;
    const now = state.get();
    if (!next || now.phase !== 'held') return;
    if (sameChoice(next, choiceOf(now.held))) state.set({ ...now, choice: next, adjusting: false });
    else {
      state.set({ ...now, choice: next, adjusting: true, refusal: null });
      void send(next);
    }
  };

  const settle = (choice: Choice, held: Held): void => {
    if (state.get().phase === 'expired' && Date.parse(held.hold.expiresAt) <= Date.parse(held.hold.serverTime)) return;
    const ahead = waiting !== null && !sameChoice(waiting, choice);
    state.set({ ...heldState(held), ...(ahead && waiting ? { choice: waiting, adjusting: true } : {}) });
  };

  const refuse = (choice: Choice, error: unknown): void => {
    if (!(error instanceof ApiError)) throw error;
    const now = state.get();
    const available = error.code === 'sold_out' ? Number(error.details.available ?? 0) : null;
    const deal = dealRefusal(error);
    if (now.phase === 'held') {
      if (error.code === 'hold_expired') expire();
      else state.set({ ...heldState(now.held), refusal: { choice, available, deal } });
    } else if (available !== null) state.set({ phase: 'soldOut', choice, available });
    else if (deal) state.set({ phase: 'dealRefused', choice, deal });
    else state.set({ phase: 'failed', choice, error });
  };

  const expire = (): void => {
    const now = state.get();
    if (now.phase === 'held') state.set({ phase: 'expired', choice: choiceOf(now.held), totals: now.held.totals });
  };

  const refresh = async (): Promise<void> => {
    const now = state.get();
    if (now.phase === 'held' && !asking) await send(choiceOf(now.held));
  };

  const start = (): void => {
    if (state.get().phase === 'taking' && !asking) void send(first);
  };

  return { state, start, take, adjust, expire, refresh };
}

/** One press, one key: an answer that was lost on the way is asked for again under the same key and is the same hold. */
async function askWithRetry(ask: AskHold, choice: Choice): Promise<Held> {
  const request = { key: randomId(), ...choice };
  try {
    return await ask(request);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'unavailable') throw error;
    return ask(request);
  }
}

function heldState(held: Held): Extract<HoldState, { phase: 'held' }> {
  return { phase: 'held', held, choice: choiceOf(held), adjusting: false, refusal: null };
}

function choiceOf({ hold }: Held): Choice {
  return { variantId: hold.variantId, quantity: hold.quantity, dealId: hold.dealId };
}

function sameChoice(a: Choice, b: Choice): boolean {
  return a.variantId === b.variantId && a.quantity === b.quantity && a.dealId === b.dealId;
}
