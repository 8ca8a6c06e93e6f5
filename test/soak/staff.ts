import { randomUUID } from 'node:crypto';
import type { ProductInput } from '#contracts/catalog';
import { catalogApi } from '#contracts/catalog';
import type { Endpoint, ReplyOf, RequestOf } from '#contracts/endpoint';
import { showsApi } from '#contracts/shows';
import type { ShopClient } from './shop-client.ts';
import type { Shelf } from './stage.ts';

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
    const shelf: Shelf = { showId: '', offers: [], prices: new Map(), stock: new Map(), skuOf: new Map() };
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
      for (const { id, sku } of product.variants) shelf.skuOf.set(id, sku);
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
    shelf.offers = show.offers;
    return shelf;
  }

  async #ask<E extends Endpoint>(endpoint: E, request: RequestOf<E>): Promise<ReplyOf<E>> {
    const answer = await this.#shop.call(endpoint, request, this.#headers, 20_000);
    if (answer.kind === 'done') return answer.value;
    throw new Error(`${endpoint.path}: ${JSON.stringify(answer)}`);
  }
}
