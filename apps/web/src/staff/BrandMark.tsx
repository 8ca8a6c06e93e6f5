import type { Brand } from '#contracts/accounts';
import css from './BrandMark.module.css';

/** The mark of the brand, or the first letter of its name while it has none. Its name always stands beside it. */
export function BrandMark({ brand, size = 28 }: { brand: Pick<Brand, 'name' | 'logoUrl'>; size?: number }) {
  const style = { width: size, height: size, fontSize: size / 2 };
  return brand.logoUrl === null ? (
    <span className={css.letter} style={style} aria-hidden>
      {[...brand.name][0]}
    </span>
  ) : (
    <img className={css.mark} style={style} src={brand.logoUrl} alt="" />
  );
}
