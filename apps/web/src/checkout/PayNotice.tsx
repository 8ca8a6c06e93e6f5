import { money, useLocale } from '../i18n.ts';
import { shortNumber } from '../ui/states.tsx';
import type { Totals } from '#contracts/checkout';
import { Fault } from './Fault.tsx';
import { useCheckoutText } from './checkout-text.ts';
import { declineReason } from './decline.ts';
import type { PurchaseOutcome } from './purchase.ts';
import { useRefusalText } from './refusal-text.ts';
import { isAbout, refusalWords } from './refusal.ts';

/** Why the last press of Pay did not end the purchase: what happened, what is safe, what to do. */
export function PayNotice({
  outcome,
  totals,
  totalBefore,
}: {
  outcome: PurchaseOutcome;
  totals: Totals;
  totalBefore: number;
}) {
  const t = useCheckoutText();
  const refusals = useRefusalText();
  useLocale();
  switch (outcome.kind) {
    case 'declined': {
      const hint = t[`declined_${declineReason(outcome.declineCode)}`];
      return (
        <Fault title={t.declined}>
          {hint === '' ? null : <span>{hint}</span>}
          <span>{t.declinedSafe}</span>
        </Fault>
      );
    }
    case 'priceChanged': {
      const [before, now] = [totalBefore, totals.totalAmount].map((amount) => money(amount, totals.currency));
      return <Fault tone="caution" title={t.priceChanged} text={t.priceChangedWhat(before ?? '', now ?? '')} />;
    }
    case 'interrupted':
      return outcome.cause === 'offline' ? (
        <Fault tone="caution" title={t.interrupted} text={t.interruptedWhat} />
      ) : (
        <Fault tone="caution" title={t.stripeDown} text={t.stripeDownWhat} />
      );
    case 'invalid':
      return isAbout(outcome.details, 'paymentMethod') ? (
        <Fault tone="caution" title={refusals.konbini} text={refusals.konbiniWhat} />
      ) : (
        <Fault title={t.payFailed} text={t.fieldsRefused} />
      );
    case 'failed': {
      const { title, text } = refusalWords(outcome.error, totals.currency, refusals);
      return (
        <Fault title={title} text={text}>
          {outcome.error.requestId === '' ? null : <span>{t.errorNumber(shortNumber(outcome.error.requestId))}</span>}
        </Fault>
      );
    }
    case 'paid':
    case 'pending':
    case 'voucher':
    case 'couponRefused':
    case 'canceled':
    case 'holdExpired':
    case 'soldOut':
      return null;
  }
}
