import type { PublicOrder } from '#contracts/checkout';
import type { useCheckoutText } from './checkout-text.ts';
import { dealRefusedWords } from './deal-text.ts';
import type { BandFace } from './HoldBand.tsx';
import type { HoldState } from './hold-session.ts';
import type { usePaymentText } from './payment-text.ts';

interface Words {
  t: ReturnType<typeof useCheckoutText>;
  words: ReturnType<typeof usePaymentText>;
}

/** How a purchase ended for good. */
export interface Ending {
  kind: 'paid' | 'pending' | 'voucher' | 'canceled';
  order: PublicOrder;
}

/** What the band says of a purchase that has ended. */
export function endingFace({ kind }: Ending, { t, words }: Words): BandFace {
  switch (kind) {
    case 'paid':
      return face('done', t.paidShort, t.paidShortWhat);
    case 'pending':
      return face('ai', t.pendingShort, t.paidShortWhat);
    case 'voucher':
      return face('ai', words.voucherShort, words.voucherBand);
    case 'canceled':
      return face('plain', t.canceledShort, t.paidShortWhat);
  }
}

function face(tone: BandFace['tone'], what: string, why: string): BandFace {
  return { tone, what, why, held: null };
}

/** What the band says: the end of the purchase if there is one, else how the hold stands. */
export function bandFace(
  hold: HoldState,
  ending: Ending | null,
  names: { offer: string; variant: string },
  said: Words,
): BandFace {
  const { t } = said;
  if (ending) return endingFace(ending, said);
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
