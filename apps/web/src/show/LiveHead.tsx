import { Ellipsis, Share, ShoppingBag, Users, Volume2, VolumeX } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { PublicShow } from '#contracts/shows';
import { formatNumber } from '../i18n.ts';
import { classes } from '../ui/classes.ts';
import { LanguageSwitch } from './LanguageSwitch.tsx';
import css from './LiveHead.module.css';
import { StageHead, titleOf } from './StageHead.tsx';
import { useShowText } from './texts.ts';
import type { CartInHand } from './useCart.ts';
import type { Layout } from './useLayout.ts';
import type { Watching } from './useWatching.ts';

const PictureButton = lazy(() => import('./PictureButton.tsx'));
const MoreSheet = lazy(() => import('./MoreSheet.tsx'));

interface LiveHeadProps {
  show: PublicShow;
  people: number;
  watching: Watching;
  cart: CartInHand;
  layout: Layout;
  readAloud: boolean;
  onReadAloud: (on: boolean) => void;
}

/** Who sends, whether it is live, how many watch: plates on the picture, or a bar above it. */
export function LiveHead({ show, people, watching, cart, layout, readAloud, onReadAloud }: LiveHeadProps) {
  const t = useShowText();
  const [more, setMore] = useState(false);
  const shareShow = () =>
    void import('./share.ts').then(({ share }) =>
      share(show.id, `${titleOf(show)} | ${show.brand.name}`, t.linkCopied),
    );
  const moreSheet = more ? (
    <Suspense fallback={null}>
      <MoreSheet
        brand={show.brand}
        onClose={() => setMore(false)}
        onShare={shareShow}
        readAloud={readAloud}
        onReadAloud={onReadAloud}
      />
    </Suspense>
  ) : null;
  const cartButton = (className: string | undefined, named: boolean) =>
    cart.count === 0 ? null : (
      <button
        type="button"
        className={className}
        aria-label={t.openCart({ count: cart.count })}
        aria-haspopup="dialog"
        onClick={cart.open}
      >
        <ShoppingBag size={20} strokeWidth={1.75} aria-hidden="true" />
        {named ? t.cart : null}
        <b className={css.count}>{formatNumber(cart.count)}</b>
      </button>
    );
  const moreButton = (className: string | undefined) => (
    <button
      type="button"
      className={className}
      aria-label={t.more}
      aria-haspopup="dialog"
      onClick={() => setMore(true)}
    >
      <Ellipsis size={24} strokeWidth={1.75} aria-hidden="true" />
    </button>
  );

  if (layout === 'desktop' || layout === 'column') {
    return (
      <StageHead
        show={show}
        overlay={false}
        state={
          <p className={css.watching}>
            <Users size={16} strokeWidth={2} aria-hidden="true" />
            <span>
              <b>{formatNumber(people)}</b> {t.watching}
            </span>
          </p>
        }
        tools={
          <>
            {cartButton(css.link, true)}
            {layout === 'desktop' ? (
              <>
                <button type="button" className={css.link} onClick={shareShow}>
                  <Share size={20} strokeWidth={1.75} aria-hidden="true" />
                  {t.share}
                </button>
                <LanguageSwitch className={css.link} />
              </>
            ) : null}
            {moreButton(css.link)}
          </>
        }
      >
        {moreSheet}
      </StageHead>
    );
  }
  return (
    <StageHead
      show={show}
      overlay
      state={
        <>
          <span className={css.people}>
            <Users size={14} strokeWidth={2.2} aria-hidden="true" />
            {t.people({ count: people })}
            <span className="sr"> {t.watching}</span>
          </span>
          {watching.player ? (
            <Suspense fallback={null}>
              <PictureButton player={watching.player} className={css.people} />
            </Suspense>
          ) : null}
        </>
      }
      tools={
        <>
          {cartButton(classes(css.round, css.bag), false)}
          <button
            type="button"
            className={css.round}
            aria-label={watching.muted ? t.sound : t.mute}
            onClick={() => watching.setMuted(!watching.muted)}
          >
            {watching.muted ? (
              <VolumeX size={22} strokeWidth={1.75} aria-hidden="true" />
            ) : (
              <Volume2 size={22} strokeWidth={1.75} aria-hidden="true" />
            )}
          </button>
          {moreButton(css.round)}
        </>
      }
    >
      {moreSheet}
    </StageHead>
  );
}
