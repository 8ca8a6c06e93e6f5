import { ChevronLeft, X } from 'lucide-react';
import { useState } from 'react';
import type { Offer, PublicShow } from '#contracts/shows';
import { langOf, money } from '../i18n.ts';
import { currentPin, offerOf } from '../room/room.ts';
import type { Room } from '../room/useRoom.ts';
import { Button } from '../ui/Button.tsx';
import { ProductPicture } from '../ui/ProductPicture.tsx';
import { Sheet } from '../ui/Sheet.tsx';
import { Tag } from '../ui/Tag.tsx';
import { firstVariant, priceOf, stockOf } from './goods.ts';
import css from './GoodsSheet.module.css';
import { useShowText } from './texts.ts';
import type { Buying } from './useBuying.ts';
import { useSeen } from './useSeen.ts';
import { VariantChips } from './VariantChips.tsx';

interface GoodsSheetProps {
  show: PublicShow;
  room: Room;
  buying: Buying;
  /** Opens at this offer; null at the list. */
  first: string | null;
  onClose: () => void;
  onBuy: (offerId: string, variantId?: string) => void;
}

/** All goods of the show, and each one closely. */
export function GoodsSheet({ show, room, buying, first, onClose, onBuy }: GoodsSheetProps) {
  const t = useShowText();
  const [at, setAt] = useState(first);
  const offer = offerOf(show, at);
  if (offer) {
    return (
      <Details
        key={offer.id}
        offer={offer}
        room={room}
        buying={buying}
        onBack={first === null ? () => setAt(null) : undefined}
        onClose={onClose}
        onBuy={onBuy}
      />
    );
  }
  const current = currentPin(show)?.offerId;
  const open = (one: Offer) => {
    room.record('Product Clicked', one.productId);
    setAt(one.id);
  };
  return (
    <Sheet title={t.goodsTitle({ count: show.offers.length })} theme="light" onClose={onClose}>
      {show.offers.length === 0 ? <p className={css.none}>{t.noGoods}</p> : null}
      <ul className={css.list}>
        {show.offers.map((one) => (
          <li key={one.id}>
            <button
              type="button"
              className={css.row}
              aria-label={t.details({ name: one.name })}
              onClick={() => open(one)}
            >
              <ProductPicture url={one.imageUrl} alt="" size={72} gone={stockOf(one).state === 'soldOut'} />
              <span className={css.words}>
                {one.id === current ? <Tag tone="shu">{t.nowShowing}</Tag> : null}
                <b>{one.name}</b>
                <Price offer={one} />
                <StockWords offer={one} />
              </span>
            </button>
            <BuyButton offer={one} buying={buying} onBuy={() => onBuy(one.id)} />
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

interface DetailsProps {
  offer: Offer;
  room: Room;
  buying: Buying;
  onBack: (() => void) | undefined;
  onClose: () => void;
  onBuy: (offerId: string, variantId?: string) => void;
}

function Details({ offer, room, buying, onBack, onClose, onBuy }: DetailsProps) {
  const t = useShowText();
  const [chosen, setChosen] = useState(() => firstVariant(offer)?.variantId);
  const variant = offer.variants.find((one) => one.variantId === chosen) ?? firstVariant(offer);
  const seen = useSeen<HTMLDivElement>(() => room.record('Product Viewed', offer.productId));
  const held = buying.held.has(offer.id);
  const gone = stockOf(offer, variant).state === 'soldOut';
  return (
    <Sheet
      title={offer.name}
      theme="light"
      onClose={onClose}
      head={
        <div className={css.head}>
          {onBack ? (
            <button type="button" aria-label={t.back} onClick={onBack}>
              <ChevronLeft size={24} strokeWidth={1.75} aria-hidden="true" />
            </button>
          ) : (
            <span />
          )}
          <button type="button" aria-label={t.close} onClick={onClose}>
            <X size={24} strokeWidth={1.75} aria-hidden="true" />
          </button>
        </div>
      }
      foot={
        <Button
          kind={gone && !held ? 'outline' : 'fill'}
          size="big"
          wide
          disabled={gone && !held}
          onClick={() => onBuy(offer.id, variant?.variantId)}
        >
          {held ? t.resume : gone ? t.soldOut : t.buy}
        </Button>
      }
    >
      <div ref={seen}>
        <ProductPicture
          url={variant?.imageUrl ?? offer.imageUrl}
          alt=""
          size={440}
          gone={gone && !held}
          className={css.large}
          eager
        />
      </div>
      <h2 className={css.name}>{offer.name}</h2>
      {offer.note ? <p className={css.note}>{offer.note}</p> : null}
      <p className={css.price}>
        {money(variant?.priceAmount ?? priceOf(offer).amount, offer.currency)}
        <small>{t.taxIncluded}</small>
      </p>
      <StockWords offer={offer} />
      {offer.variants.length > 1 ? (
        <div className={css.chips}>
          <VariantChips offer={offer} chosen={variant?.variantId} onChoose={setChosen} />
        </div>
      ) : null}
      {offer.description ? (
        <p className={css.description} lang={langOf(offer.description)}>
          {offer.description}
        </p>
      ) : null}
    </Sheet>
  );
}

function Price({ offer }: { offer: Offer }) {
  const t = useShowText();
  const { amount, isLowest } = priceOf(offer);
  const shown = money(amount, offer.currency);
  return <span className={css.amount}>{isLowest ? t.from({ price: shown }) : shown}</span>;
}

function StockWords({ offer }: { offer: Offer }) {
  const t = useShowText();
  const stock = stockOf(offer);
  if (stock.state === 'plenty') return null;
  return (
    <span className={css.stock} data-low={stock.state === 'low' ? '' : undefined}>
      {stock.state === 'soldOut' ? t.soldOut : t.left({ count: stock.available })}
    </span>
  );
}

function BuyButton({ offer, buying, onBuy }: { offer: Offer; buying: Buying; onBuy: () => void }) {
  const t = useShowText();
  const held = buying.held.has(offer.id);
  if (stockOf(offer).state === 'soldOut' && !held) return null;
  return (
    <Button size="touch" aria-label={held ? undefined : t.buyNamed({ name: offer.name })} onClick={onBuy}>
      {held ? t.resume : t.buy}
    </Button>
  );
}
