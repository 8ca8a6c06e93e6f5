import { CircleAlert, FlaskConical, Lock, TriangleAlert } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { Button } from '../ui/Button.tsx';
import { Skeleton } from '../ui/states.tsx';
import { classes } from '../ui/classes.ts';
import css from './BuySheet.module.css';
import { useCheckoutText } from './checkout-text.ts';
import type { Card } from './useCard.ts';

/** Stripe's fields, and what is to be said about the card. The fields stay mounted while the sheet stands, so that nothing typed is lost. */
export function CardSection({
  card,
  locked,
  refused,
  children,
}: {
  card: Card;
  locked: boolean;
  refused: boolean;
  children?: ReactNode;
}) {
  const t = useCheckoutText();
  return (
    <section className={css.card} aria-label={t.card} inert={locked}>
      <p className={css.cardHead}>
        <span>{t.card}</span>
        <span>
          <Lock size={14} strokeWidth={2} aria-hidden="true" />
          {t.cardSafe}
        </span>
      </p>
      {card.status === 'loading' && (
        <div aria-busy="true" className={css.cardBones}>
          <span className="sr">{t.cardLoading}</span>
          <Skeleton height={44} />
          <Skeleton height={44} />
        </div>
      )}
      {card.status === 'failed' && (
        <Fault title={t.cardFailed}>
          <Button size="touch" onClick={card.retry}>
            {t.tryAgain}
          </Button>
        </Fault>
      )}
      <div
        ref={card.mount}
        className={classes(css.cardFields, refused && css.refused)}
        hidden={card.status === 'failed'}
      />
      {card.sandbox && (
        <p className={css.sandbox}>
          <FlaskConical size={14} strokeWidth={2} aria-hidden="true" />
          {t.sandbox}
        </p>
      )}
      {children}
    </section>
  );
}

interface FaultProps {
  title: string;
  text?: string;
  /** caution: nothing failed for good, something is to be known or waited for. */
  tone?: 'failed' | 'caution';
  children?: ReactNode;
}

/** What went wrong, then what is safe, then what to do. Brings itself into view: the press that caused it was at the foot. */
export function Fault({ title, text, tone = 'failed', children }: FaultProps) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // In braces: newer browsers answer a promise here, and an effect may answer nothing but its own end.
    ref.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const Icon = tone === 'failed' ? CircleAlert : TriangleAlert;
  return (
    <div ref={ref} className={css.fault} data-tone={tone} role="alert">
      <Icon size={16} strokeWidth={2} aria-hidden="true" />
      <div>
        <b>{title}</b>
        {text ? <span>{text}</span> : null}
        {children}
      </div>
    </div>
  );
}
