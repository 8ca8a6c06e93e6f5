import { randomUUID } from 'node:crypto';
import type { ProductInput } from '#contracts/catalog';
import { catalogApi } from '#contracts/catalog';
import type { Endpoint, ReplyOf, RequestOf } from '#contracts/endpoint';
import { dealsApi, type CouponInput, type Deal } from '#contracts/deals';
import { ordersApi } from '#contracts/orders';
import { showsApi, type Offer } from '#contracts/shows';
import type { ShopClient } from './shop-client.ts';

/** What is for sale in a round. */
export interface Shelf {
  brandId: string;
  showId: string;
  offers: Offer[];
  /** By SKU. */
  prices: Map<string, number>;
  stock: Map<string, number>;
  coupons: CouponInput[];
  /** As they were started, oldest first. */
  deals: Deal[];
}

/** Those who put up what is sold. They try again until they are answered. */
export class StaffClient {
  readonly #shop: ShopClient;
  readonly #headers: Record<string, string>;

  constructor(shop: ShopClient, headers: Record<string, string>) {
    this.#shop = shop;
    this.#headers = headers;
  }

  /** @param stocks of the variants, two to a product; prices are on both sides of free shipping */
  async putUp(stocks: number[]): Promise<Shelf> {
    const shelf: Shelf = {
      brandId: '',
      showId: '',
      offers: [],
      prices: new Map(),
      stock: new Map(),
      coupons: [],
      deals: [],
    };
    const productIds: string[] = [];
    for (let first = 0; first < stocks.length; first += 2) {
      const variants = stocks.slice(first, first + 2).map((stock, position) => {
        const sku = randomUUID();
        const priceAmount = 1200 + 1900 * first + 350 * position;
        shelf.prices.set(sku, priceAmount);
        shelf.stock.set(sku, stock);
        return { name: `variant ${position}`, sku, priceAmount, swatch: null, stock };
      });
      const input: ProductInput = { name: `product ${first}`, note: '', description: '', variants };
      const product = await this.#ask(catalogApi.create, input);
      productIds.push(product.id);
    }
    const show = await this.#ask(showsApi.create, {
      title: 'soak',
      subtitle: '',
      slug: `soak-${randomUUID()}`,
      hostName: 'host',
      startsAt: new Date().toISOString(),
      endsAt: null,
      productIds,
    });
    shelf.showId = show.id;
    shelf.brandId = show.brand.id;
    shelf.offers = show.offers;
    shelf.coupons = coupons();
    for (const coupon of shelf.coupons) await this.#ask(dealsApi.createCoupon, coupon);
    return shelf;
  }

  /** Starts a flash deal, and the shelf knows it. @returns what came of it */
  async startDeal(shelf: Shelf, offerId: string, percent: number): Promise<string> {
    const terms = { variantId: null, kind: 'percent', value: percent, quantity: 8, perBuyer: 3, seconds: 600 } as const;
    const answer = await this.#shop.call(dealsApi.start, { showId: shelf.showId, offerId, ...terms }, this.#headers);
    if (answer.kind === 'done') shelf.deals.push(answer.value);
    return answer.kind === 'refused' ? answer.code : answer.kind;
  }

  refund(id: string, key: string, amount: number) {
    return this.#shop.call(ordersApi.refund, { id, key, amount, reason: 'goodwill' }, this.#headers);
  }

  /** Puts units of an order's first line back. */
  restock(id: string, key: string, quantity: number) {
    return this.#shop.call(ordersApi.restock, { id, key, lines: [{ position: 1, quantity }] }, this.#headers);
  }

  cancel(id: string) {
    return this.#shop.call(ordersApi.cancel, { id }, this.#headers);
  }

  async #ask<E extends Endpoint>(endpoint: E, request: RequestOf<E>): Promise<ReplyOf<E>> {
    const answer = await this.#shop.call(endpoint, request, this.#headers, 20_000);
    if (answer.kind === 'done') return answer.value;
    throw new Error(`${endpoint.path}: ${JSON.stringify(answer)}`);
  }
}

/** One that all may use, one for few, one that goes with others and once to each. */
function coupons(): CouponInput[] {
  const terms = {
    minimumAmount: 0,
    firstOrderOnly: false,
    perBuyer: null,
    total: null,
    combinable: false,
    startsAt: '2026-01-01T00:00:00Z',
    endsAt: null,
  };
  const code = (name: string) => `${name}-${randomUUID().slice(0, 8).toUpperCase()}`;
  return [
    { ...terms, code: code('TEN'), kind: 'percent', value: 10 },
    { ...terms, code: code('FEW'), kind: 'amount', value: 300, total: 25 },
    { ...terms, code: code('ONCE'), kind: 'percent', value: 7, perBuyer: 1, combinable: true },
  ];
}
