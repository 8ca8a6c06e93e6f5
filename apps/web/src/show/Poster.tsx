import type { PublicShow } from '#contracts/shows';
import { langOf, useLocale } from '../i18n.ts';
import { BrandMark } from '../ui/BrandMark.tsx';
import { sized } from '../ui/ProductPicture.tsx';
import css from './Poster.module.css';

/**
 * The poster with a paper slip (短冊) that bears the title: vertical in Japanese, the one place for it, and horizontal in English,
 * so that one page is read in one direction.
 */
export function Poster({ show }: { show: PublicShow }) {
  const vertical = useLocale() === 'ja';
  const picture = show.posterUrl ?? show.offers.find((offer) => offer.imageUrl)?.imageUrl ?? null;
  return (
    <header className={css.poster} data-vertical={vertical ? '' : undefined}>
      {picture ? <img className={css.picture} src={sized(picture, 1280)} alt="" fetchPriority="high" /> : null}
      <div className={css.slip} data-theme="light">
        <h1 lang={langOf(show.title)}>
          {show.title}
          {show.subtitle ? <small>{show.subtitle}</small> : null}
        </h1>
        <p className={css.brand}>
          <BrandMark brand={show.brand} size={36} />
          <span className={vertical ? 'sr' : undefined}>{show.brand.name}</span>
        </p>
      </div>
    </header>
  );
}
