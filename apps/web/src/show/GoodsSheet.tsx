import { Check, ChevronLeft, X } from 'lucide-react';
import { useState } from 'react';
import type { Offer, OfferVariant, PublicShow } from '#contracts/shows';
import { langOf, money } from '../i18n.ts';
import { currentPin, offerOf } from '../room/room.ts';
import type { Room } from '../room/useRoom.ts';
import { Button } from '../ui/Button.tsx';
import { ProductPicture } from '../ui/ProductPicture.tsx';
import { Sheet } from '../ui/Sheet.tsx';
import { Tag } from '../ui/Tag.tsx';
import { dealLeft, shownPrice, variantToBuy, type DealOnScreen } from './deals/deal-on-screen.ts';
import { DealStrip, HoldStrip } from './deals/Strip.tsx';
import { useSaleText } from './deals/texts.ts';
import { useDeals } from './deals/useDeals.ts';
import type { Waiting } from './deals/useWaiting.ts';
import { stockOf } from './goods.ts';
import css from './GoodsSheet.module.css';
import { useGoodsText } from './goods-text.ts';
import { useShowText } from './texts.ts';
import type { Buying } from './useBuying.ts';
import type { CartInHand } from './useCart.ts';
import { useSeen } from './useSeen.ts';
import { VariantChips } from './VariantChips.tsx';

interface GoodsSheetProps {
  show: PublicShow;
  room: Room;
  buying: Buying;
  waiting: Waiting;
  cart: CartInHand;
  /** Opens at this offer; null at the list. */
  first: string | null;
  onClose: () => void;
  onBuy: (offerId: string, variantId?: string) => void;
}

/** All goods of the show, and each one closely. */
export default function GoodsSheet({ show, room, buying, waiting, cart, first, onClose, onBuy }: GoodsSheetProps) {
  const t = useShowText();
  const g = useGoodsText();
  const dealOf = useDeals(room.deals);
  const [at, setAt] = useState(first);
  const offer = offerOf(show, at);
  if (offer) {
    return (
      <Details
        key={offer.id}
        offer={offer}
        room={room}
        buying={buying}
        waiting={waiting}
        cart={cart}
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
    <Sheet title={g.goodsTitle({ count: show.offers.length })} theme="light" onClose={onClose}>
      <Turn show={show} buying={buying} waiting={waiting} onBuy={onBuy} />
      {show.offers.length === 0 ? <p className={css.none}>{g.noGoods}</p> : null}
      <ul className={css.list}>
        {show.offers.map((one) => (
          <li key={one.id}>
            <button
              type="button"
              className={css.row}
              aria-label={t.details({ name: one.name })}
              onClick={() => open(one)}
            >
              <ProductPicture
                url={one.imageUrl}
                alt=""
                size={72}
                gone={stockOf(one).state === 'soldOut' && !buying.held.has(one.id)}
              />
              <span className={css.words}>
                {one.id === current ? <Tag tone="shu">{g.nowShowing}</Tag> : null}
                <b>{one.name}</b>
                <Price offer={one} seen={dealOf(one)} />
                {buying.held.has(one.id) ? (
                  <span className={css.mine}>{t.held}</span>
                ) : (
                  <StockWords offer={one} seen={dealOf(one)} />
                )}
              </span>
            </button>
            <BuyButtons
              offer={one}
              buying={buying}
              inCart={cart.of(one.id)}
              onBuy={() => onBuy(one.id)}
              onWait={() => open(one)}
              onAdd={() => {
                const variant = variantToBuy(one, dealOf(one));
                // Which one of several is chosen where they can be seen.
                if (one.variants.length > 1 || !variant) open(one);
                else cart.add(one, variant.variantId);
              }}
            />
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
  waiting: Waiting;
  cart: CartInHand;
  onBack: (() => void) | undefined;
  onClose: () => void;
  onBuy: (offerId: string, variantId?: string) => void;
}

function Details({ offer, room, buying, waiting, cart, onBack, onClose, onBuy }: DetailsProps) {
  const t = useShowText();
  const g = useGoodsText();
  const dealOf = useDeals(room.deals);
  const [chosen, setChosen] = useState(() => variantToBuy(offer, dealOf(offer))?.variantId);
  const variant = offer.variants.find((one) => one.variantId === chosen) ?? offer.variants[0];
  const deal = dealOf(offer, variant?.variantId);
  const price = shownPrice(offer, deal, variant);
  const seen = useSeen<HTMLDivElement>(() => room.record('Product Viewed', offer.productId));
  const held = buying.held.has(offer.id);
  const gone = stockOf(offer, variant).state === 'soldOut' && !held;
  return (
    <Sheet
      title={offer.name}
      theme="light"
      onClose={onClose}
      head={
        <div className={css.head}>
          {onBack ? (
            <button type="button" aria-label={g.back} onClick={onBack}>
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
        gone && variant ? (
          <WaitFoot offer={offer} variant={variant} waiting={waiting} />
        ) : (
          <div className={css.go}>
            {held || !variant ? null : (
              <Button
                size="big"
                aria-label={t.addNamed({ name: offer.name })}
                onClick={() => cart.add(offer, variant.variantId)}
              >
                <AddWords count={cart.of(offer.id, variant.variantId)} />
              </Button>
            )}
            <Button kind="fill" size="big" wide onClick={() => onBuy(offer.id, variant?.variantId)}>
              {held ? t.resume : t.buy}
            </Button>
          </div>
        )
      }
    >
      <Turn show={room.show} buying={buying} waiting={waiting} onBuy={onBuy} />
      <div ref={seen}>
        <ProductPicture
          url={variant?.imageUrl ?? offer.imageUrl}
          alt=""
          size={440}
          gone={gone}
          className={css.large}
          eager
        />
      </div>
      <h2 className={css.name}>{offer.name}</h2>
      {offer.note ? <p className={css.note}>{offer.note}</p> : null}
      {deal ? (
        <div className={css.deal}>
          <DealStrip seen={deal} variant="" />
        </div>
      ) : null}
      <p className={css.price}>
        {money(price.amount, offer.currency)}
        <Struck amount={price.struck} currency={offer.currency} />
        <small>{t.taxIncluded}</small>
      </p>
      <StockWords offer={offer} seen={deal} variant={variant} />
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

/** A turn that came while the goods are looked at: one press buys it. */
function Turn({
  show,
  buying,
  waiting,
  onBuy,
}: Pick<DetailsProps, 'buying' | 'waiting' | 'onBuy'> & { show: PublicShow | null }) {
  const sale = useSaleText();
  const held = [...buying.held.values()].find(({ hold }) => waiting.turns.has(hold.id));
  if (!held) return null;
  const name = offerOf(show, held.hold.offerId)?.name ?? '';
  return (
    <button type="button" className={css.turn} onClick={() => onBuy(held.hold.offerId)}>
      <HoldStrip held={held} words={sale.yourTurnOf({ name })} />
    </button>
  );
}

/** Instead of Buy: a place in the line for what is sold out, and what place it is. */
function WaitFoot({ offer, variant, waiting }: { offer: Offer; variant: OfferVariant; waiting: Waiting }) {
  const sale = useSaleText();
  const place = waiting.places.get(variant.variantId);
  if (!place) {
    return (
      <Button kind="fill" size="big" wide onClick={() => waiting.join(offer.id, variant.variantId)}>
        {sale.wait}
      </Button>
    );
  }
  return (
    <div className={css.inLine}>
      <p>
        <b>{place.ahead === 0 ? sale.next : sale.ahead({ count: place.ahead })}</b>
        <span>{sale.inLine}</span>
      </p>
      <Button size="touch" aria-label={sale.leave} onClick={() => waiting.leave(place)}>
        {sale.leaveShort}
      </Button>
    </div>
  );
}

function Price({ offer, seen }: { offer: Offer; seen: DealOnScreen | null }) {
  const t = useShowText();
  const { amount, struck, isLowest } = shownPrice(offer, seen);
  const shown = money(amount, offer.currency);
  return (
    <span className={css.amount}>
      {isLowest ? t.from({ price: shown }) : shown}
      <Struck amount={struck} currency={offer.currency} />
    </span>
  );
}

function Struck({ amount, currency }: { amount: number | null; currency: Offer['currency'] }) {
  const sale = useSaleText();
  if (amount === null) return null;
  return (
    <s>
      <span className="sr">{sale.regular}</span>
      {money(amount, currency)}
    </s>
  );
}

function StockWords({ offer, seen, variant }: { offer: Offer; seen: DealOnScreen | null; variant?: OfferVariant }) {
  const t = useShowText();
  const sale = useSaleText();
  if (seen?.phase === 'on') {
    return (
      <span className={css.stock} data-low="">
        {sale.dealInList({ left: dealLeft(seen.deal, offer) })}
      </span>
    );
  }
  const stock = stockOf(offer, variant);
  if (stock.state === 'plenty') return null;
  if (stock.state === 'low') {
    return (
      <span className={css.stock} data-low="">
        {t.left({ count: stock.available })}
      </span>
    );
  }
  const people = (variant ? [variant] : offer.variants).reduce((sum, one) => sum + one.waiting, 0);
  return <span className={css.stock}>{people > 0 ? sale.waitingPeople({ count: people }) : t.soldOut}</span>;
}

/** What is in the cart already is said where it was put in; the next press adds one more. */
function AddWords({ count }: { count: number }) {
  const t = useShowText();
  const g = useGoodsText();
  if (count === 0) return g.addToCart;
  return (
    <>
      <Check size={16} strokeWidth={2.2} aria-hidden="true" />
      {t.inCart({ count })}
    </>
  );
}

interface BuyButtonsProps {
  offer: Offer;
  buying: Buying;
  inCart: number;
  onBuy: () => void;
  onWait: () => void;
  onAdd: () => void;
}

function BuyButtons({ offer, buying, inCart, onBuy, onWait, onAdd }: BuyButtonsProps) {
  const t = useShowText();
  const sale = useSaleText();
  const held = buying.held.has(offer.id);
  if (stockOf(offer).state === 'soldOut' && !held) {
    return (
      <Button size="touch" aria-label={sale.waitNamed({ name: offer.name })} onClick={onWait}>
        {sale.wait}
      </Button>
    );
  }
  return (
    <div className={css.buttons}>
      <Button size="touch" aria-label={held ? undefined : t.buyNamed({ name: offer.name })} onClick={onBuy}>
        {held ? t.resume : t.buy}
      </Button>
      {held ? null : (
        <button type="button" className={css.add} aria-label={t.addNamed({ name: offer.name })} onClick={onAdd}>
          <AddWords count={inCart} />
        </button>
      )}
    </div>
  );
}
