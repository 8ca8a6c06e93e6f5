import type { ReactNode } from 'react';
import { dealPrice, type Deal } from '#contracts/deals';
import type { Offer } from '#contracts/shows';
import { useSecondsLeft } from '../../clock.ts';
import { formatDuration, money } from '../../i18n.ts';
import { coversVariant } from '../../room/deals.ts';
import { Edge } from '../../ui/Edge.tsx';
import css from './RunningDeal.module.css';
import { useDealDeskText } from './texts.ts';

/** A flash deal as the host sees it: its time, its price, and how much of it is left; a moment longer, how it went. */
export function RunningDeal({ deal, offer, children }: { deal: Deal; offer: Offer; children?: ReactNode }) {
  const t = useDealDeskText();
  const seconds = useSecondsLeft(deal.startsAt, deal.endsAt);
  const variants = offer.variants.filter((variant) => coversVariant(deal, offer.id, variant.variantId));
  const price = Math.min(...variants.map(({ priceAmount }) => dealPrice(priceAmount, deal)));
  const name = deal.variantId === null ? '' : (variants[0]?.name ?? '');
  const terms = [name, money(price, offer.currency), deal.kind === 'percent' ? t.percentOff(deal.value) : '']
    .filter(Boolean)
    .join('　');
  const over = seconds === 0;
  return (
    <div className={css.deal} data-over={over ? '' : undefined}>
      <Edge from={deal.startsAt} to={deal.endsAt} tone={over ? 'sumi' : 'shu'} />
      <div className={css.line}>
        {over ? (
          <b>{t.over}</b>
        ) : (
          <time role="timer" aria-label={t.timeLeft}>
            {formatDuration(seconds)}
          </time>
        )}
        <p>
          <span>{terms}</span>
          <b>
            {over
              ? t.overLeft(deal.quantity - deal.remaining, deal.quantity)
              : deal.remaining === 0
                ? t.soldOut
                : t.left(deal.remaining, deal.quantity)}
          </b>
        </p>
        {over ? null : children}
      </div>
    </div>
  );
}
