import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import type { Product as ProductView, ProductInput, VariantInput } from '#contracts/catalog';
import { AppError } from '#platform/app-error';
import { AccountsService } from '../accounts/index.ts';
import { Database, DomainEvents, violatedConstraint, type Tx } from '../database/index.ts';
import { productChanged, stockMoved } from './catalog.events.ts';
import { productViews } from './catalog.queries.ts';
import { Image, Product, Variant } from './product.entity.ts';
import { adjust, receive } from './stock.ts';
import { endWaiting } from './waitlist.service.ts';

@Injectable()
export class ProductsService {
  constructor(
    private readonly database: Database,
    private readonly events: DomainEvents,
    private readonly accounts: AccountsService,
  ) {}

  /** Newest first, a page at a time: `after` is the last id of the page before. */
  async list(brandId: string, after: string | undefined, limit: number) {
    const products = await this.database.sql<{ id: string }>(
      `SELECT id FROM products WHERE brand_id = $1 AND archived_at IS NULL AND ($2::uuid IS NULL OR id < $2)
       ORDER BY id DESC LIMIT $3`,
      [brandId, after ?? null, limit + 1],
    );
    const ids = products.rows.slice(0, limit).map((row) => row.id);
    return { products: await this.#views(brandId, ids), next: products.rows.length > limit ? ids.at(-1)! : null };
  }

  /** @throws not_found, for another brand's product too */
  async get(brandId: string, id: string): Promise<ProductView> {
    const [product] = await this.#views(brandId, [id]);
    if (!product) throw new AppError('not_found');
    return product;
  }

  /** @throws invalid_request naming the field for a SKU in use or an unknown picture */
  async create(brandId: string, input: ProductInput): Promise<ProductView> {
    const id = uuid();
    await this.#save(() =>
      this.database.transaction(async (tx) => {
        await this.#checkImages(tx, brandId, input);
        await tx.repository(Product).insert({
          id,
          brandId,
          name: input.name,
          note: input.note,
          description: input.description,
          imageId: input.imageId ?? null,
          taxCode: input.taxCode ?? 'standard',
          archivedAt: null,
          createdAt: new Date(),
        });
        for (const [position, variant] of input.variants.entries()) {
          await this.#addVariant(tx, brandId, id, position, variant);
        }
      }),
    );
    return this.get(brandId, id);
  }

  /**
   * Makes the product what `input` says. A variant that is left out is archived; stock changes by what `stock` differs from `stockSeen`.
   * @throws variant_in_use when fewer would be on hand than are reserved, or a variant with open holds would go
   */
  async update(brandId: string, id: string, input: ProductInput): Promise<ProductView> {
    const changedVariantIds: string[] = [];
    await this.#save(() =>
      this.database.transaction(async (tx) => {
        const { rows } = await tx.sql(
          `SELECT id FROM products WHERE id = $1 AND brand_id = $2 AND archived_at IS NULL FOR UPDATE`,
          [id, brandId],
        );
        if (rows.length === 0) throw new AppError('not_found');
        await this.#checkImages(tx, brandId, input);
        const { name, note, description, imageId, taxCode } = input;
        await tx
          .repository(Product)
          .update(
            { id },
            { name, note, description, ...(imageId !== undefined && { imageId }), ...(taxCode && { taxCode }) },
          );
        const existing = await tx.repository(Variant).findBy({ productId: id });
        const kept = new Set(input.variants.map((variant) => variant.id).filter((one) => one !== undefined));
        for (const variant of existing) {
          if (!kept.has(variant.id) && !variant.archivedAt) await this.#archiveVariant(tx, variant.id);
        }
        for (const [position, variant] of input.variants.entries()) {
          if (variant.id === undefined) {
            await this.#addVariant(tx, brandId, id, position, variant);
            continue;
          }
          if (!existing.some((one) => one.id === variant.id)) {
            throw fieldError(`variants.${position}.id`, 'no such variant of this product');
          }
          // The level before the variant, as everyone locks them.
          if (!(await adjust(tx, variant.id, variant.stock - variant.stockSeen!, input.saveKey))) {
            throw new AppError('variant_in_use', { path: `variants.${position}.stock` });
          }
          await tx.repository(Variant).update(
            { id: variant.id },
            {
              position,
              name: variant.name,
              sku: variant.sku,
              priceAmount: variant.priceAmount,
              swatch: variant.swatch,
              archivedAt: null,
              ...(variant.imageId !== undefined && { imageId: variant.imageId }),
              ...(variant.weightGrams !== undefined && { weightGrams: variant.weightGrams }),
            },
          );
          changedVariantIds.push(variant.id);
        }
        tx.afterCommit(() => {
          this.events.emit(productChanged, { productId: id });
          this.events.emit(stockMoved, { variantIds: changedVariantIds });
        });
      }),
    );
    return this.get(brandId, id);
  }

  async archive(brandId: string, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { count } = await tx.sql(
        `UPDATE products SET archived_at = engawa_now() WHERE id = $1 AND brand_id = $2 AND archived_at IS NULL`,
        [id, brandId],
      );
      if (count === 0) throw new AppError('not_found');
      for (const variant of await tx.repository(Variant).findBy({ productId: id })) {
        if (!variant.archivedAt) await this.#archiveVariant(tx, variant.id);
      }
      tx.afterCommit(() => this.events.emit(productChanged, { productId: id }));
    });
  }

  async #addVariant(
    tx: Tx,
    brandId: string,
    productId: string,
    position: number,
    variant: VariantInput,
  ): Promise<void> {
    const id = uuid();
    await tx.repository(Variant).insert({
      id,
      brandId,
      productId,
      position,
      name: variant.name,
      sku: variant.sku,
      priceAmount: variant.priceAmount,
      swatch: variant.swatch,
      weightGrams: variant.weightGrams ?? 0,
      imageId: variant.imageId ?? null,
      archivedAt: null,
    });
    await receive(tx, id, variant.stock);
  }

  async #archiveVariant(tx: Tx, id: string): Promise<void> {
    const { rows } = await tx.sql<{ reserved: number }>(
      `SELECT reserved FROM stock_levels WHERE variant_id = $1 FOR UPDATE`,
      [id],
    );
    if ((rows[0]?.reserved ?? 0) > 0) throw new AppError('variant_in_use', { variantId: id });
    await tx.sql(`UPDATE variants SET archived_at = engawa_now() WHERE id = $1`, [id]);
    await endWaiting(tx, { variantId: id });
  }

  async #checkImages(tx: Tx, brandId: string, input: ProductInput): Promise<void> {
    const named: [string, string][] = [];
    if (input.imageId) named.push(['imageId', input.imageId]);
    for (const [index, variant] of input.variants.entries()) {
      if (variant.imageId) named.push([`variants.${index}.imageId`, variant.imageId]);
    }
    for (const [path, id] of named) {
      if (!(await tx.repository(Image).existsBy({ id, brandId }))) throw fieldError(path, 'no such picture');
    }
  }

  /** Turns the database's refusal of a second SKU into the field's. */
  async #save(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (violatedConstraint(error) === 'variants_sku_key') throw fieldError('variants.sku', 'this SKU is in use');
      throw error;
    }
  }

  async #views(brandId: string, ids: string[]): Promise<ProductView[]> {
    const { currency } = await this.accounts.brand(brandId);
    return productViews(this.database, brandId, currency, ids);
  }
}

function fieldError(path: string, message: string): AppError {
  return new AppError('invalid_request', { issues: [{ path, message }] }, `${path}: ${message}`);
}
