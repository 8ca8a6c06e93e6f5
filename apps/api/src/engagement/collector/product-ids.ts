import { Injectable } from '@nestjs/common';
import { Database, Gathered } from '../../database/index.ts';

const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Which product of ours an event of a shop is about: by the id that we gave it, by that of a variant, or by a variant's SKU. */
@Injectable()
export class ProductIds {
  readonly #products = new Gathered<{ brandId: string; said: string }, string>(
    ({ brandId, said }) => `${brandId}:${said}`,
    async (keys) => {
      const { rows } = await this.database.planned.sql<{ name: string; product_id: string }>(
        `SELECT DISTINCT ON (name) name, product_id FROM (
           SELECT a.brand_id || ':' || a.said AS name, v.product_id, v.archived_at
           FROM unnest($1::uuid[], $2::text[]) AS a (brand_id, said)
           JOIN variants v ON v.brand_id = a.brand_id AND v.sku = a.said AND v.archived_at IS NULL
           UNION ALL
           SELECT a.brand_id || ':' || a.said, v.product_id, v.archived_at
           FROM unnest($3::uuid[], $4::text[]) AS a (brand_id, said) JOIN variants v ON v.brand_id = a.brand_id AND v.id = a.said::uuid
           UNION ALL
           SELECT a.brand_id || ':' || a.said, p.id, p.archived_at
           FROM unnest($3::uuid[], $4::text[]) AS a (brand_id, said) JOIN products p ON p.brand_id = a.brand_id AND p.id = a.said::uuid
         ) found ORDER BY name, archived_at DESC NULLS FIRST`,
        [keys, keys.filter(({ said }) => isUuid.test(said))].flatMap((some) => [
          some.map(({ brandId }) => brandId),
          some.map(({ said }) => said),
        ]),
      );
      return new Map(rows.map(({ name, product_id }) => [name, product_id]));
    },
  );

  constructor(private readonly database: Database) {}

  /** @returns undefined for what is none of the brand's */
  async find(brandId: string, said: unknown): Promise<string | undefined> {
    if (typeof said !== 'string' && typeof said !== 'number') return undefined;
    const text = String(said);
    return text === '' || text.length > 100 ? undefined : this.#products.get({ brandId, said: text });
  }
}
