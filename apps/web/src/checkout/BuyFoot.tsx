import { useEffect, useRef } from 'react';
import type { Totals } from '#contracts/checkout';
import { money, useLocale } from '../i18n.ts';
import { Button } from '../ui/Button.tsx';
import { Skeleton } from '../ui/states.tsx';
import css from './BuySheet.module.css';
import { useCheckoutText } from './checkout-text.ts';
import type { usePaymentText } from './payment-text.ts';
import type { Paying } from './usePaying.ts';

/** The one button of the sheet, named for what its press does now. */
export type FootAction =
  /** To the last look. */
  | { does: 'review'; ready: boolean; words: string }
  /** `words`: null says the amount. */
  | { does: 'pay'; ready: boolean; words: string | null }
  | { does: 'wait'; words: string }
  | { does: 'press'; words: string; main: boolean; disabled?: boolean; onPress: () => void };

interface PayWords {
  shared: ReturnType<typeof useCheckoutText>;
  words: ReturnType<typeof usePaymentText>;
}

/** What the button does about paying, if that is what can be done now. */
export function payAction(paying: Paying, held: boolean, { shared, words }: PayWords): FootAction | null {
  const { outcome, method, beside, step, fields, totals, quoting } = paying;
  if (paying.paying) return { does: 'wait', words: method === 'konbini' ? words.placing : shared.paying };
  if (outcome?.kind === 'interrupted') {
    return { does: 'press', words: shared.resume, main: true, onPress: paying.resume };
  }
  if (!held) return null;
  if (paying.reviewing) return { does: 'wait', words: shared.updating };
  const ready = (fields.status === 'ready' || paying.wallet) && totals !== null && quoting.error === null;
  if (!beside && step === 'details') return { does: 'review', ready, words: words.review };
  const priced = paying.ordered || paying.quote !== null; // the last look lists what the quote says
  return { does: 'pay', ready: ready && priced, words: outcome?.kind === 'declined' ? shared.payOtherCard : null };
}

/** The second half of a double press must not press what has come in its place: not Pay after the last look was asked for. */
const DOUBLE_PRESS_MS = 600;

/** Total and one button, never scrolled away. `totals` null while the server has not answered; undefined when nothing is to be paid. */
export function BuyFoot({
  totals,
  stale,
  action,
}: {
  totals: Totals | null | undefined;
  stale: boolean;
  action: FootAction;
}) {
  const t = useCheckoutText();
  useLocale();
  // What could last be pressed, and since when. While the sheet works, nothing can: what comes back is not new.
  const shown = useRef({ does: action.does, at: -Infinity });
  useEffect(() => {
    const before = shown.current.does;
    if (action.does === 'wait' || action.does === before) return;
    shown.current = { does: action.does, at: before === 'wait' ? -Infinity : performance.now() };
  }, [action.does]);
  const isSecondHalf = () => performance.now() - shown.current.at < DOUBLE_PRESS_MS;
  const amount = totals ? money(totals.totalAmount, totals.currency) : '';
  return (
    <footer className={css.foot}>
      {totals !== undefined && (
        <p className={css.sum} data-stale={stale || undefined}>
          <span>{t.total}</span>
          {totals ? <b>{amount}</b> : <Skeleton width={96} height={24} />}
        </p>
      )}
      {action.does === 'wait' && (
        <Button size="big" wide busy>
          {action.words}
        </Button>
      )}
      {action.does === 'press' && (
        <Button
          size="big"
          wide
          kind={action.main ? 'fill' : 'outline'}
          disabled={action.disabled}
          onClick={() => !isSecondHalf() && action.onPress()}
        >
          {action.words}
        </Button>
      )}
      {(action.does === 'pay' || action.does === 'review') && (
        <Button
          size="big"
          wide
          kind="fill"
          type="submit"
          form="buy"
          disabled={!action.ready}
          onClick={(event) => isSecondHalf() && event.preventDefault()}
        >
          {action.words ?? t.pay(amount)}
        </Button>
      )}
    </footer>
  );
}
