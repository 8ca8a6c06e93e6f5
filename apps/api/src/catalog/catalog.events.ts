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
/** A viewer's place on a waitlist changed: they are offered a hold, or their turn is over. */
export const waitlistMoved = new DomainEvent<{ entryId: string; viewerId: string }>('waitlist.moved');
