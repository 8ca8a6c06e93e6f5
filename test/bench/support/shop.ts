import { randomUUID } from 'node:crypto';
import { accountsApi } from '#contracts/accounts';
import { catalogApi } from '#contracts/catalog';
import type { Endpoint, ReplyOf, RequestOf } from '#contracts/endpoint';
import { showsApi, type PublicShow } from '#contracts/shows';
import type { ApiProcess } from './processes.ts';

type Headers = Record<string, string>;

/** What is for sale, as the body of a hold names it. */
export interface Offer {
  brandId: string;
  showId: string;
  slug: string;
  offerId: string;
  variantId: string;
}

/** Asks an endpoint of the api for its reply; anything but a reply is thrown. */
export async function call<E extends Endpoint>(
  { url }: Pick<ApiProcess, 'url'>,
  endpoint: E,
  request: RequestOf<E>,
  headers: Headers = {},
): Promise<ReplyOf<E>> {
  const fields = { ...(request as Record<string, unknown>) };
  const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => {
    const value = String(fields[name]);
    delete fields[name];
    return encodeURIComponent(value);
  });
  const hasBody = endpoint.method !== 'GET' && endpoint.method !== 'DELETE';
  const response = await fetch(`${url}${path}`, {
    method: endpoint.method,
    headers: hasBody ? { 'content-type': 'application/json', ...headers } : headers,
    body: hasBody ? JSON.stringify(fields) : undefined,
  });
  if (!response.ok) throw new Error(`${endpoint.method} ${path}: ${await response.text()}`);
  return (await response.json()) as ReplyOf<E>;
}

/** The one brand of an empty database, and its owner. */
export class Shop {
  readonly api: ApiProcess;
  readonly owner: Headers;

  private constructor(api: ApiProcess, owner: Headers) {
    this.api = api;
    this.owner = owner;
  }

  static async open(api: ApiProcess): Promise<Shop> {
    const response = await fetch(`${api.url}${accountsApi.createFirstMember.path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        setupCode: api.setupCode,
        brandName: '器の渚',
        name: '早川',
        email: 'owner@example.jp',
        password: 'a password for a bench',
      }),
    });
    const cookie = response.headers.get('set-cookie')?.split(';')[0];
    if (!cookie) throw new Error(await response.text());
    return new Shop(api, { cookie });
  }

  show(productIds: string[]): Promise<PublicShow> {
    return call(
      this.api,
      showsApi.create,
      {
        title: '秋の窯出し',
        subtitle: '',
        slug: `bench-${randomUUID()}`,
        hostName: '早川',
        startsAt: new Date().toISOString(),
        endsAt: null,
        productIds,
      },
      this.owner,
    );
  }

  /** A show of its own with one thing for sale. */
  async offer(stock: number): Promise<Offer> {
    const product = await call(
      this.api,
      catalogApi.create,
      {
        name: '月白のマグ',
        note: '330ml・電子レンジ可',
        description: '釉薬の景色は一つずつ違います。',
        variants: [{ name: '', sku: randomUUID(), priceAmount: 4400, swatch: null, stock }],
      },
      this.owner,
    );
    const show = await this.show([product.id]);
    return {
      brandId: show.brand.id,
      showId: show.id,
      slug: show.slug,
      offerId: show.offers[0]!.id,
      variantId: product.variants[0]!.id,
    };
  }
}
