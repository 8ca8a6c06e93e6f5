import { v7 as uuid } from 'uuid';
import type { Random } from '#insight/simulate';
import type { Actor } from '../accounts/index.ts';
import type { Item } from './baskets.ts';
import { inParallel } from './parallel.ts';
import { patiently } from './patience.ts';
import type { Services } from './services.ts';
import type { SoldOrder } from './till.ts';

const CARRIER = 'ヤマト運輸';
/** Of first orders, so that what somebody is seen to spend when they come back stays what they meant to spend. */
const REFUNDED = 0.02;

/** The mornings: what was sold is sent, something broke on the way, the shelf is filled for the evening. */
export class BackOffice {
  constructor(
    private readonly services: Services,
    private readonly owner: Actor,
    private readonly random: Random,
  ) {}

  /** @returns how many */
  async ship(orders: SoldOrder[]): Promise<number> {
    const parcels = orders.map(({ orderId }) => ({
      orderId,
      trackingNumber: String(Math.floor(this.random() * 1e12)).padStart(12, '0'),
    }));
    await inParallel(parcels, ({ orderId, trackingNumber }) =>
      patiently(() => this.services.orders.ship(this.owner, orderId, { carrier: CARRIER, trackingNumber })),
    );
    return parcels.length;
  }

  /** One thing of the parcel arrived broken. @returns how many */
  async refund(orders: SoldOrder[]): Promise<number> {
    const broken = orders.filter(({ isFirst }) => isFirst && this.random() < REFUNDED);
    await inParallel(broken, async ({ orderId }) => {
      const { totals, lines } = await this.services.orders.get(this.owner, orderId);
      const amount = Math.min(lines[0]!.unitAmount, Math.floor(totals.totalAmount / 2));
      const wish = { key: uuid(), amount, reason: '配送中の破損' };
      await patiently(() => this.services.orders.refund(this.owner, orderId, wish, []));
    });
    return broken.length;
  }

  /** Makes what is free of each variant what is wanted. */
  async stock(items: Item[], wanted: (item: Item) => number): Promise<void> {
    const { products } = this.services;
    await inParallel([...Map.groupBy(items, (item) => item.productId)], async ([productId, own]) => {
      const { variants, name, note, description } = await products.get(this.owner.brandId, productId);
      await products.update(this.owner.brandId, productId, {
        ...{ name, note, description },
        variants: variants.map(({ id, onHand, reserved, name, sku, priceAmount, swatch }) => {
          const item = own.find(({ variantId }) => variantId === id);
          return {
            ...{ id, name, sku, priceAmount, swatch },
            stock: item ? wanted(item) + reserved : onHand,
            stockSeen: onHand,
          };
        }),
      });
    });
  }
}
