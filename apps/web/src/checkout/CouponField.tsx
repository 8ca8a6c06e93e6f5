import { Tag as TagIcon } from 'lucide-react';
import { useState } from 'react';
import type { Currency } from '#contracts/money';
import { money, useLocale } from '../i18n.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import css from './CouponField.module.css';
import { couponCode, couponWords, MOST_COUPONS } from './coupons.ts';
import { usePaymentText } from './payment-text.ts';
import type { Paying } from './usePaying.ts';

/** Coupons: a quiet line until somebody has one; what each takes off; why one takes nothing off. */
export function CouponField({ paying, currency }: { paying: Paying; currency: Currency }) {
  const t = usePaymentText();
  useLocale();
  const { quoting, quote, order, locked, ordered } = paying;
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const { codes, refusal, applying } = quoting;
  const taken = order?.coupons ?? quote?.coupons ?? [];
  const fixed = locked || ordered;
  const asks = !fixed && codes.length < MOST_COUPONS && (open || refusal !== null);
  if (fixed && taken.length === 0) return null;

  const apply = async () => {
    const code = couponCode(typed);
    if (typed.trim() === '') return;
    if (code === null) {
      quoting.refuse(typed.trim());
      return;
    }
    if (!(await quoting.apply(code))) return; // what was typed stays, to be mended
    setTyped('');
    setOpen(false);
  };
  const said = refusal ? couponWords(refusal, currency, t) : null;
  return (
    <section className={css.coupons} aria-label={t.coupon}>
      {(fixed ? taken.map(({ code }) => code) : codes).map((code) => {
        const off = taken.find((one) => one.code === code);
        return (
          <p key={code} className={css.applied} role="status">
            <TagIcon size={16} strokeWidth={2} aria-hidden="true" />
            <span>
              <b>{code}</b>
              {off ? <small>{t.couponTook(money(off.amount, currency))}</small> : null}
            </span>
            {fixed ? null : (
              <button type="button" aria-label={t.remove(code)} onClick={() => quoting.remove(code)}>
                {t.removeShort}
              </button>
            )}
          </p>
        );
      })}
      {refusal?.dropped ? (
        <p className={css.dropped} role="alert">
          {t.couponDropped(refusal.code)}
          {said}
        </p>
      ) : null}
      {asks ? (
        <div className={css.ask}>
          <Field
            label={t.couponCode}
            name="coupon"
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            maxLength={40}
            value={typed}
            error={refusal && !refusal.dropped ? <span role="alert">{said}</span> : undefined}
            onChange={(event) => setTyped(event.target.value)}
            onKeyDown={(event) => {
              // Enter belongs to this field, and does not press Pay.
              if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
              event.preventDefault();
              void apply();
            }}
          />
          <Button size="touch" busy={applying} onClick={() => void apply()}>
            {t.apply}
          </Button>
        </div>
      ) : fixed || codes.length >= MOST_COUPONS ? null : (
        <button type="button" className={css.open} onClick={() => setOpen(true)}>
          {codes.length === 0 ? t.useCoupon : t.useAnother}
        </button>
      )}
    </section>
  );
}
