import type { PublicShow } from '#contracts/shows';
import { money } from '../i18n.ts';
import { currentPin } from '../room/room.ts';
import { ProductPicture } from '../ui/ProductPicture.tsx';
import { priceOf, shownAt, stockOf } from './goods.ts';
import css from './Shelf.module.css';
import { useShowText } from './texts.ts';

/** All goods of the show below the picture: the one on screen is marked, the shown ones say what is left. */
export function Shelf({ show, onOpen }: { show: PublicShow; onOpen: (offerId: string) => void }) {
  const t = useShowText();
  const shown = shownAt(show);
  const current = currentPin(show)?.offerId;
  return (
    <section className={css.shelf} aria-label={t.goods}>
      <ul>
        {show.offers.map((offer) => {
          const stock = stockOf(offer);
          const on = offer.id === current;
          const said =
            stock.state === 'soldOut'
              ? t.soldOutShort
              : stock.state === 'low' || shown.has(offer.id)
                ? t.left({ count: stock.available })
                : t.comingUp;
          return (
            <li key={offer.id}>
              <button
                type="button"
                data-on={on ? '' : undefined}
                data-low={stock.state === 'low' ? '' : undefined}
                onClick={() => onOpen(offer.id)}
              >
                <ProductPicture url={offer.imageUrl} alt="" size={160} gone={stock.state === 'soldOut'} />
                <h3>{offer.name}</h3>
                <p>
                  {money(priceOf(offer).amount, offer.currency)}
                  <small>{said}</small>
                </p>
                {on ? <span className="sr">{t.nowShowing}</span> : null}
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
