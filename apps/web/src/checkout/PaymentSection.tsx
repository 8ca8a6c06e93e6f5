import { FlaskConical, Lock } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../ui/Button.tsx';
import { classes } from '../ui/classes.ts';
import { Skeleton } from '../ui/states.tsx';
import css from './BuySheet.module.css';
import { useCheckoutText } from './checkout-text.ts';
import { Fault } from './Fault.tsx';
import { usePaymentText } from './payment-text.ts';
import type { Paying } from './usePaying.ts';

/**
 * A wallet's button, Stripe's fields, and what is to be said about them. Both stay mounted while the sheet stands, so that nothing
 * typed is lost, also below the last look.
 */
export function PaymentSection({ paying, children }: { paying: Paying; children?: ReactNode }) {
  const t = useCheckoutText();
  const words = usePaymentText();
  const { fields, locked, wallet, outcome } = paying;
  return (
    <section className={css.card} aria-label={words.method} inert={locked}>
      <p className={css.cardHead}>
        <span>{words.method}</span>
        <span>
          <Lock size={14} strokeWidth={2} aria-hidden="true" />
          {t.cardSafe}
        </span>
      </p>
      {fields.status === 'loading' && (
        <div aria-busy="true" className={css.cardBones}>
          <span className="sr">{t.cardLoading}</span>
          <Skeleton height={44} />
          <Skeleton height={44} />
        </div>
      )}
      {fields.status === 'failed' && (
        <Fault title={t.cardFailed}>
          <Button size="touch" onClick={fields.retry}>
            {t.tryAgain}
          </Button>
        </Fault>
      )}
      <div hidden={fields.status === 'failed' || wallet}>
        <div className={css.wallet} hidden={!fields.hasWallet}>
          <div ref={fields.mountWallet} />
          <p className={css.or}>
            <span>{words.orByFields}</span>
          </p>
        </div>
        <div ref={fields.mount} className={classes(css.cardFields, outcome?.kind === 'declined' && css.refused)} />
      </div>
      {wallet && (
        <p className={css.walletAgreed} role="status">
          <span>{words.walletAgreed}</span>
          {locked ? null : (
            <button type="button" onClick={paying.forgetWallet}>
              {words.walletOther}
            </button>
          )}
        </p>
      )}
      {fields.sandbox && (
        <p className={css.sandbox}>
          <FlaskConical size={14} strokeWidth={2} aria-hidden="true" />
          {t.sandbox}
        </p>
      )}
      {paying.incomplete && <Fault title={t.cardIncomplete} />}
      {children}
    </section>
  );
}
