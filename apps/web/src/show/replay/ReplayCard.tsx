import { Check } from 'lucide-react';
import type { Offer } from '#contracts/shows';
import { money } from '../../i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { ProductPicture } from '../../ui/ProductPicture.tsx';
import { priceOf, stockOf } from '../goods.ts';
import { HoldStrip } from '../deals/Strip.tsx';
import { useShowText } from '../texts.ts';
import type { Buying } from '../useBuying.ts';
import card from '../PinnedCard.module.css';
import css from './ReplayCard.module.css';
import { useReplayText } from './replay-text.ts';

interface ReplayCardProps {
  offer: Offer;
  buying: Buying;
  /** The brand sells at replays. */
  sells: boolean;
}

/** What the scene shows, at the price of today. */
export function ReplayCard({ offer, buying, sells }: ReplayCardProps) {
  const t = useReplayText();
  const show = useShowText();
  const held = buying.held.get(offer.id);
  return (
    <section className={card.card} data-theme="light" aria-label={t.card}>
      {held ? <HoldStrip held={held} words={show.held} /> : null}
      <div className={card.what}>
        <ProductPicture
          url={offer.imageUrl}
          alt=""
          size={72}
          gone={isGone(offer, buying)}
          eager
          className={card.picture}
        />
        <div className={card.words}>
          <h2>{offer.name}</h2>
          <Price offer={offer} />
          <small className={card.stock}>{t.today}</small>
        </div>
        <BuyButton offer={offer} buying={buying} sells={sells} />
      </div>
    </section>
  );
}

export function Price({ offer }: { offer: Offer }) {
  const t = useShowText();
  const { amount, isLowest } = priceOf(offer);
  const price = money(amount, offer.currency);
  return <p className={card.price}>{isLowest ? t.from({ price }) : price}</p>;
}

function isGone(offer: Offer, buying: Buying): boolean {
  return stockOf(offer).state === 'soldOut' && !buying.held.has(offer.id) && !buying.bought.has(offer.id);
}

/** Buy, or why not. */
export function BuyButton({ offer, buying, sells }: ReplayCardProps) {
  const t = useReplayText();
  const held = buying.held.has(offer.id);
  if (buying.bought.has(offer.id) && !held) {
    return (
      <p className={card.ok}>
        <Check size={16} strokeWidth={2.2} aria-hidden="true" />
        {t.bought}
      </p>
    );
  }
  if (!held && !sells) return <p className={css.no}>{t.notSold}</p>;
  if (isGone(offer, buying)) return <p className={css.no}>{t.soldOut}</p>;
  return (
    <Button
      kind="fill"
      className={card.buy}
      aria-label={held ? undefined : t.buyNamed({ name: offer.name })}
      onClick={() => buying.buy(offer.id)}
    >
      {held ? t.resume : t.buy}
    </Button>
  );
}
