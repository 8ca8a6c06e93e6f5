import type { Deal } from '#contracts/deals';
import type { PublicShow } from '#contracts/shows';
import { money } from '../i18n.ts';
import { currentPin } from '../room/room.ts';
import { ProductPicture } from '../ui/ProductPicture.tsx';
import { dealLeft, shownPrice } from './deals/deal-on-screen.ts';
import { useDeals } from './deals/useDeals.ts';
import { shownAt, stockOf } from './goods.ts';
import css from './Shelf.module.css';
import { useGoodsText } from './goods-text.ts';
import { useShowText } from './texts.ts';

interface ShelfProps {
  show: PublicShow;
  deals: Deal[];
  onOpen: (offerId: string) => void;
}

/** All goods of the show below the picture: the one on screen is marked, the shown ones say what is left. */
export default function Shelf({ show, deals, onOpen }: ShelfProps) {
  const t = useShowText();
  const g = useGoodsText();
  const dealOf = useDeals(deals);
  const shown = shownAt(show);
  const current = currentPin(show)?.offerId;
  return (
    <section className={css.shelf} aria-label={t.goods}>
      <ul>
        {show.offers.map((offer) => {
          const stock = stockOf(offer);
          const on = offer.id === current;
          const seen = dealOf(offer);
          const deal = seen?.phase === 'on' ? seen.deal : null;
          const price = shownPrice(offer, seen);
          const said =
            stock.state === 'soldOut'
              ? t.soldOutShort
              : deal
                ? t.left({ count: dealLeft(deal, offer) })
                : stock.state === 'low' || shown.has(offer.id)
                  ? t.left({ count: stock.available })
                  : g.comingUp;
          return (
            <li key={offer.id}>
              <button
                type="button"
                data-on={on ? '' : undefined}
                data-low={deal || stock.state === 'low' ? '' : undefined}
                onClick={() => onOpen(offer.id)}
              >
                <ProductPicture url={offer.imageUrl} alt="" size={160} gone={stock.state === 'soldOut'} />
                <h3>{offer.name}</h3>
                <p>
                  {money(price.amount, offer.currency)}
                  {price.struck !== null ? <s>{money(price.struck, offer.currency)}</s> : null}
                  <small>{said}</small>
                </p>
                {on ? <span className="sr">{g.nowShowing}</span> : null}
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
