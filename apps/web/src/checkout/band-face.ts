import type { PublicOrder } from '#contracts/checkout';
import type { useCheckoutText } from './checkout-text.ts';
import { dealRefusedWords } from './deal-text.ts';
import type { BandFace } from './HoldBand.tsx';
import type { HoldState } from './hold-session.ts';

type Words = ReturnType<typeof useCheckoutText>;

/** How a purchase ended for good. */
export interface Ending {
  kind: 'paid' | 'pending' | 'canceled';
  order: PublicOrder;
}

/** What the band says: the end of the purchase if there is one, else how the hold stands. */
export function bandFace(
  hold: HoldState,
  ending: Ending | null,
  names: { offer: string; variant: string },
  t: Words,
): BandFace {
  const face = (tone: BandFace['tone'], what: string, why: string): BandFace => ({ tone, what, why, held: null });
  switch (ending?.kind) {
    case 'paid':
      return face('done', t.paidShort, t.paidShortWhat);
    case 'pending':
      return face('ai', t.pendingShort, t.paidShortWhat);
    case 'canceled':
      return face('plain', t.canceledShort, t.paidShortWhat);
    case undefined:
      break;
  }
  switch (hold.phase) {
    case 'taking':
      return face('ai', t.taking, t.takingWhat(names.offer));
    case 'held':
      return { tone: 'ai', what: t.held, why: t.heldWhat(hold.held.hold.quantity), held: hold.held };
    case 'soldOut':
      if (hold.available > 0) return face('plain', t.fewLeft(hold.available), t.soldOutWhat);
      return face('plain', names.variant === '' ? t.soldOut : t.soldOutVariant(names.variant), t.soldOutWhat);
    case 'dealRefused':
      return face('plain', ...dealRefusedWords(hold.deal));
    case 'expired':
      return face('plain', t.expired, t.expiredWhat);
    case 'failed':
      if (hold.error.code === 'show_ended') return face('plain', t.takeFailed, t.takeEnded);
      return face('plain', t.takeFailed, hold.error.code === 'unavailable' ? t.takeFailedWhat : t.takeRefused);
  }
}
