import type { Offer } from '#contracts/shows';
import { formatDuration } from '../../i18n.ts';
import { ProductPicture } from '../../ui/ProductPicture.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import type { Buying } from '../useBuying.ts';
import type { Chapter } from './chapters.ts';
import { BuyButton, Price } from './ReplayCard.tsx';
import css from './ReplayGoods.module.css';
import { useReplayText } from './replay-text.ts';

interface ReplayGoodsProps {
  offers: Offer[];
  chapters: Chapter[];
  buying: Buying;
  sells: boolean;
  onSeek: (position: number) => void;
  onClose: () => void;
}

/** All goods of the show: where each is shown, and Buy. */
export function ReplayGoods({ offers, chapters, buying, sells, onSeek, onClose }: ReplayGoodsProps) {
  const t = useReplayText();
  return (
    <Sheet title={t.goodsTitle({ count: offers.length })} theme="light" onClose={onClose}>
      <ul className={css.list}>
        {offers.map((offer) => {
          const chapter = chapters.find(({ offerId }) => offerId === offer.id);
          return (
            <li key={offer.id}>
              <ProductPicture url={offer.imageUrl} alt="" size={72} />
              <div>
                <b>{offer.name}</b>
                <Price offer={offer} />
                {chapter ? (
                  <button
                    type="button"
                    className={css.jump}
                    aria-label={t.watchFrom({ time: formatDuration(chapter.from), name: offer.name })}
                    onClick={() => {
                      onSeek(chapter.from);
                      onClose();
                    }}
                  >
                    {formatDuration(chapter.from)}
                  </button>
                ) : null}
              </div>
              <BuyButton
                offer={offer}
                sells={sells}
                buying={{
                  ...buying,
                  buy: (...wanted) => {
                    onClose();
                    buying.buy(...wanted);
                  },
                }}
              />
            </li>
          );
        })}
      </ul>
    </Sheet>
  );
}
