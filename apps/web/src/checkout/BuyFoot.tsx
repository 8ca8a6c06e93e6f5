import { useEffect, useRef } from 'react';
import type { Totals } from '#contracts/checkout';
import { money, useLocale } from '../i18n.ts';
import { Button } from '../ui/Button.tsx';
import { Skeleton } from '../ui/states.tsx';
import css from './BuySheet.module.css';
import { useCheckoutText } from './checkout-text.ts';

/** The one button of the sheet, named for what its press does now. */
export type FootAction =
  | { does: 'pay'; ready: boolean; otherCard: boolean }
  | { does: 'wait'; words: string }
  | { does: 'press'; words: string; main: boolean; onPress: () => void };

/** The second half of a double press of Pay must not press what has come in its place: a payment may take less than that. */
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
  const shownAt = useRef(0);
  useEffect(() => {
    shownAt.current = performance.now();
  }, [action.does]);
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
          onClick={() => performance.now() - shownAt.current > DOUBLE_PRESS_MS && action.onPress()}
        >
          {action.words}
        </Button>
      )}
      {action.does === 'pay' && (
        <Button size="big" wide kind="fill" type="submit" form="buy" disabled={!action.ready}>
          {action.otherCard ? t.payOtherCard : t.pay(amount)}
        </Button>
      )}
    </footer>
  );
}

/** What the total is made of. */
export function TotalLines({ totals, quantity, stale }: { totals: Totals | null; quantity: number; stale: boolean }) {
  const t = useCheckoutText();
  useLocale();
  if (!totals) return null;
  const { currency, itemsAmount, shippingAmount, taxAmount, freeShippingFromAmount } = totals;
  const missing = freeShippingFromAmount === null ? 0 : freeShippingFromAmount - itemsAmount;
  return (
    <dl className={css.totals} data-stale={stale || undefined}>
      <div>
        <dt>{t.items(quantity)}</dt>
        <dd>{money(itemsAmount, currency)}</dd>
      </div>
      <div>
        <dt>
          {t.shipping}
          {shippingAmount > 0 && missing > 0 && <small>{t.freeFrom(money(missing, currency))}</small>}
        </dt>
        <dd>{shippingAmount === 0 ? t.free : money(shippingAmount, currency)}</dd>
      </div>
      {taxAmount > 0 && (
        <div className={css.tax}>
          <dt>{t.taxInside}</dt>
          <dd>{money(taxAmount, currency)}</dd>
        </div>
      )}
    </dl>
  );
}
