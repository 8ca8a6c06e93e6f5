import type { Brand } from '#contracts/accounts';
import css from './BrandMark.module.css';
import { sized } from './ProductPicture.tsx';

/** The brand's round mark; without a logo, the first character of its name. */
export function BrandMark({ brand, size = 32 }: { brand: Pick<Brand, 'name' | 'logoUrl'>; size?: number }) {
  const box = { width: size, height: size };
  if (brand.logoUrl) return <img className={css.mark} style={box} src={sized(brand.logoUrl, size * 2)} alt="" />;
  return (
    <span className={css.mark} style={{ ...box, fontSize: size * 0.5 }} aria-hidden="true">
      {[...brand.name][0]}
    </span>
  );
}
