import { useRef, type FormEvent, type ReactNode } from 'react';
import type { Currency } from '#contracts/money';
import { classes } from '../ui/classes.ts';
import { BuyerDetails } from './BuyerDetails.tsx';
import css from './BuySheet.module.css';
import { Confirmation } from './Confirmation.tsx';
import { CouponField } from './CouponField.tsx';
import { PaymentSection } from './PaymentSection.tsx';
import { PayNotice } from './PayNotice.tsx';
import type { Paying } from './usePaying.ts';
import { CheckoutAccount } from '../viewer/CheckoutAccount.tsx';
import { useSeller } from './useSeller.ts';

interface PayFormProps {
  paying: Paying;
  currency: Currency;
  brandId: string;
  brandSlug: string;
  /** Of the hold that ends first; null when none runs. */
  expiresAt: string | null;
  /** Details and payment are asked for: something is held, or was. */
  fillable: boolean;
  /** What is bought, above the details. */
  children: ReactNode;
}

/**
 * The body of a sheet that takes money: what is bought, the details, and the last look: beside them, or as a step of its own. The
 * details stay mounted below that step: what Stripe's fields hold must not be typed twice.
 */
export function PayForm({ paying, currency, brandId, brandSlug, expiresAt, fillable, children }: PayFormProps) {
  const seller = useSeller(brandSlug);
  const form = useRef<HTMLFormElement>(null);
  const { outcome, totals, beside, step } = paying;
  const confirming = fillable && (beside || step === 'confirm');
  const alone = confirming && !beside;
  const notice =
    outcome && totals ? <PayNotice outcome={outcome} totals={totals} totalBefore={paying.totalBefore} /> : null;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (paying.submit()) return;
    // The fields that are marked exist after the next paint: a folded group opens when one of its fields is faulty.
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };
  return (
    <form id="buy" ref={form} className={classes(css.body, beside && css.columns)} noValidate onSubmit={submit}>
      <div className={classes(css.details, alone && css.offstage)} inert={alone}>
        {children}
        {fillable && (
          <>
            {!paying.locked && (
              <CheckoutAccount
                brandId={brandId}
                form={paying.form}
                pristine={paying.pristine}
                keeps={paying.keeps}
                onKeeps={paying.setKeeps}
                onFill={paying.fill}
              />
            )}
            <BuyerDetails
              key={paying.known ? 'known' : 'asked'}
              form={paying.form}
              faults={paying.faults}
              currency={currency}
              known={paying.known}
              locked={paying.locked}
              onChange={paying.change}
            />
            <CouponField paying={paying} currency={currency} />
            <PaymentSection paying={paying}>{alone ? null : notice}</PaymentSection>
          </>
        )}
      </div>
      {confirming && (
        <div className={css.confirm}>
          <Confirmation paying={paying} brandSlug={brandSlug} expiresAt={expiresAt} seller={seller}>
            {alone ? notice : null}
          </Confirmation>
        </div>
      )}
    </form>
  );
}
