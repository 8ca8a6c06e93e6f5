import { DomainEvent } from '../database/index.ts';

/** Stock of these variants moved: whoever shows it asks anew. */
export const stockMoved = new DomainEvent<{ variantIds: string[] }>('stock.moved');
/** A product's words, price or variants were edited, or it was withdrawn. */
export const productChanged = new DomainEvent<{ productId: string }>('product.changed');
/** A buyer took a hold (not: adjusted one). */
export const holdTaken = new DomainEvent<{
  holdId: string;
  brandId: string;
  showId: string;
  viewerId: string;
  variantId: string;
}>('hold.taken');
