import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { Empty, Id, Time } from './ids.ts';
import { Amount, Currency } from './money.ts';

/** Names of the tax rates that every brand has; their percentages are the brand's own. */
export const TaxCode = z.enum(['standard', 'reduced', 'zero']);
export type TaxCode = z.infer<typeof TaxCode>;

const Name = z.string().check(z.trim(), z.minLength(1), z.maxLength(80));

/** A variant as staff see it. available = onHand - reserved. */
export const Variant = z.object({
  id: Id,
  name: z.string(), // empty when the product has only one
  sku: z.string(),
  priceAmount: Amount,
  swatch: z.nullable(z.string()), // #rrggbb, the dot beside the name
  imageUrl: z.nullable(z.string()),
  weightGrams: z.int(),
  onHand: z.int(),
  reserved: z.int(),
  sold: z.int(),
  available: z.int(),
});
export type Variant = z.infer<typeof Variant>;

export const Product = z.object({
  id: Id,
  name: z.string(),
  note: z.string(), // one short line: "330ml・電子レンジ可"
  description: z.string(), // plain text
  imageUrl: z.nullable(z.string()),
  currency: Currency,
  taxCode: TaxCode,
  archived: z.boolean(),
  variants: z.array(Variant),
  createdAt: Time,
});
export type Product = z.infer<typeof Product>;

export const VariantInput = z
  .object({
    id: z.optional(Id), // absent: a new variant
    name: z.string().check(z.trim(), z.maxLength(40)),
    sku: z.string().check(z.trim(), z.minLength(1), z.maxLength(40)),
    priceAmount: Amount.check(z.minimum(1)),
    swatch: z.nullable(z.string().check(z.regex(/^#[0-9a-fA-F]{6}$/))),
    imageId: z.optional(z.nullable(Id)), // absent: unchanged
    weightGrams: z.optional(z.int().check(z.minimum(0), z.maximum(1_000_000))), // absent: unchanged
    stock: z.int().check(z.minimum(0), z.maximum(1_000_000)), // wanted on hand, as seen from stockSeen
    stockSeen: z.optional(z.int().check(z.minimum(0))), // onHand as it was read; the difference becomes an adjust movement
  })
  .check(
    z.refine(({ id, stockSeen }) => id === undefined || stockSeen !== undefined, {
      path: ['stockSeen'],
      error: 'a known variant needs the stock that was read',
    }),
  );
export type VariantInput = z.infer<typeof VariantInput>;

export const ProductInput = z.object({
  name: Name,
  note: z.string().check(z.trim(), z.maxLength(80)),
  description: z.string().check(z.trim(), z.maxLength(4000)),
  imageId: z.optional(z.nullable(Id)), // absent: unchanged
  taxCode: z.optional(TaxCode), // absent: unchanged
  saveKey: z.optional(z.string().check(z.regex(/^[\w-]{8,64}$/))), // of one editing: the same save again moves stock once
  variants: z.array(VariantInput).check(z.minLength(1), z.maxLength(20)),
});
export type ProductInput = z.infer<typeof ProductInput>;

export const catalogApi = {
  list: endpoint(
    'GET',
    '/api/products',
    z.object({
      after: z.optional(Id),
      limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(100)), 50),
    }),
    z.object({ products: z.array(Product), next: z.nullable(Id) }),
  ),
  get: endpoint('GET', '/api/products/:id', z.object({ id: Id }), Product),
  create: endpoint('POST', '/api/products', ProductInput, Product),
  update: endpoint('PUT', '/api/products/:id', z.extend(ProductInput, { id: Id }), Product),
  archive: endpoint('DELETE', '/api/products/:id', z.object({ id: Id }), Empty),
};

/**
 * `POST /api/images` takes one multipart file `file` (JPEG, PNG, WebP, AVIF or HEIC up to 15 MB and 50 megapixels), re-encodes
 * it and answers this. `GET /api/images/:id?w=160|320|640|1280` serves WebP, immutable.
 */
export const UploadedImage = z.object({ imageId: Id, url: z.string(), width: z.int(), height: z.int() });
export type UploadedImage = z.infer<typeof UploadedImage>;
