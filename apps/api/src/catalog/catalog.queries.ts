import type { Product as ProductView, TaxCode } from '#contracts/catalog';
import type { Currency } from '#contracts/money';
import type { Queryable } from '../database/index.ts';

export const imageUrl = (id: string | null): string | null => (id ? `/api/images/${id}` : null);

interface VariantRow {
  product_id: string;
  id: string;
  name: string;
  sku: string;
  price_amount: string;
  swatch: string | null;
  image_id: string | null;
  weight_grams: number;
  on_hand: number;
  reserved: number;
  sold: number;
}

async function variantRows(queryable: Queryable, productIds: string[]): Promise<VariantRow[]> {
  const { rows } = await queryable.sql<VariantRow>(
    `SELECT v.product_id, v.id, v.name, v.sku, v.price_amount, v.swatch, v.image_id, v.weight_grams, l.on_hand, l.reserved,
            COALESCE((SELECT -sum(m.on_hand_delta) FROM stock_movements m
                      WHERE m.variant_id = v.id AND m.kind IN ('sell', 'restock')), 0)::int AS sold
     FROM variants v JOIN stock_levels l ON l.variant_id = v.id
     WHERE v.product_id = ANY($1) AND v.archived_at IS NULL ORDER BY v.product_id, v.position`,
    [productIds],
  );
  return rows;
}

/** Products as staff see them, in the order of `ids`; ids of another brand are left out. */
export async function productViews(
  queryable: Queryable,
  brandId: string,
  currency: Currency,
  ids: string[],
): Promise<ProductView[]> {
  if (ids.length === 0) return [];
  const products = await queryable.sql<{
    id: string;
    name: string;
    note: string;
    description: string;
    image_id: string | null;
    tax_code: TaxCode;
    archived_at: Date | null;
    created_at: Date;
  }>(
    `SELECT id, name, note, description, image_id, tax_code, archived_at, created_at FROM products
     WHERE brand_id = $1 AND id = ANY($2) ORDER BY array_position($2, id)`,
    [brandId, ids],
  );
  const variants = await variantRows(queryable, ids);
  return products.rows.map((product) => ({
    id: product.id,
    name: product.name,
    note: product.note,
    description: product.description,
    imageUrl: imageUrl(product.image_id),
    currency,
    taxCode: product.tax_code,
    archived: product.archived_at !== null,
    createdAt: product.created_at.toISOString(),
    variants: variants
      .filter((variant) => variant.product_id === product.id)
      .map((variant) => ({
        id: variant.id,
        name: variant.name,
        sku: variant.sku,
        priceAmount: Number(variant.price_amount),
        swatch: variant.swatch,
        imageUrl: imageUrl(variant.image_id),
        weightGrams: variant.weight_grams,
        onHand: variant.on_hand,
        reserved: variant.reserved,
        sold: variant.sold,
        available: variant.on_hand - variant.reserved,
      })),
  }));
}
