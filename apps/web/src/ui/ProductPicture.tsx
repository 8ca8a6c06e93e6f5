import css from './ProductPicture.module.css';
import { classes } from './classes.ts';

const WIDTHS = [160, 320, 640, 1280];

interface ProductPictureProps {
  url: string | null;
  /** Empty when the name stands beside it. */
  alt: string;
  /** Drawn width in CSS pixels, for the choice among the server's sizes. */
  size: number;
  /** Grey: sold out. */
  gone?: boolean;
  className?: string;
  eager?: boolean;
}

/** A square picture of goods; without one, a quiet board in its place. */
export function ProductPicture({ url, alt, size, gone = false, className, eager = false }: ProductPictureProps) {
  const look = classes(css.picture, gone && css.gone, className);
  if (!url)
    return <span className={classes(look, css.none)} role={alt ? 'img' : undefined} aria-label={alt || undefined} />;
  return (
    <img
      className={look}
      src={sized(url, size * 2)}
      srcSet={
        url.startsWith('/api/images/') ? WIDTHS.map((width) => `${sized(url, width)} ${width}w`).join(', ') : undefined
      }
      sizes={`${size}px`}
      alt={alt}
      loading={eager ? undefined : 'lazy'}
      decoding="async"
      draggable={false}
    />
  );
}

/** The address of the smallest size that is at least this wide; other addresses than the house's own stay as they are. */
export function sized(url: string, width: number): string {
  if (!url.startsWith('/api/images/')) return url;
  const base = url.split('?')[0] ?? url;
  return `${base}?w=${WIDTHS.find((known) => known >= width) ?? WIDTHS.at(-1)}`;
}
