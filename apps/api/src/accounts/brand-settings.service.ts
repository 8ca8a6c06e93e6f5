import { Injectable } from '@nestjs/common';
import { missingOfSeller, Seller, type SellerPage, type SellingInput, type SellingSettings } from '#contracts/settings';
import type { ConsentMode } from '#contracts/viewer-account';
import { AppError } from '#platform/app-error';
import { Database, type Queryable, type Tx } from '../database/index.ts';
import { Brand, ShippingRate, TaxRate } from './account.entity.ts';
import { brandView } from './brand-view.ts';
import { sellingTerms } from './selling-terms.ts';

/** The terms on which a brand sells, as its owner sets them. Orders keep the terms that they were placed on: they have their own copy. */
@Injectable()
export class BrandSettingsService {
  constructor(private readonly database: Database) {}

  /** @throws not_found */
  async read(brandId: string): Promise<SellingSettings> {
    return settingsOf(this.database, brandId);
  }

  /** All of it or nothing. Sections that are absent stay as they are, so that two people may save two sections at once. */
  async save(
    brandId: string,
    { tax, shipping, live, replay, display, privacy }: SellingInput,
  ): Promise<SellingSettings> {
    return this.database.transaction(async (tx) => {
      const columns: Partial<Brand> = {
        ...(tax && { pricesIncludeTax: tax.pricesIncludeTax, taxRounding: tax.rounding }),
        ...(shipping && { shippingBasis: shipping.basis, freeShippingFromAmount: shipping.freeFromAmount }),
        ...(live && {
          dealGraceInstantMs: live.dealGraceMs.instant,
          dealGraceSmoothMs: live.dealGraceMs.smooth,
          waitlistOfferSeconds: live.waitlistOfferSeconds,
        }),
        ...(replay && { replayKeepDays: replay.keepDays, replaySells: replay.sells }),
        ...(display && { seller: display.seller, registrationNumber: display.registrationNumber }),
        ...(privacy && { consentMode: privacy.consentMode }),
      };
      // Locked first, so that two saves of one table come one after the other.
      const { rows } = await tx.sql(`SELECT 1 FROM brands WHERE id = $1 FOR NO KEY UPDATE`, [brandId]);
      if (rows.length === 0) throw new AppError('not_found');
      if (Object.keys(columns).length > 0) await tx.repository(Brand).update({ id: brandId }, columns);
      if (tax) await saveTaxRates(tx, brandId, tax.rates);
      if (shipping) {
        await tx.repository(ShippingRate).delete({ brandId });
        await tx.repository(ShippingRate).insert(shipping.rates.map((rate) => ({ brandId, ...rate })));
      }
      return settingsOf(tx, brandId);
    });
  }

  /** @throws not_found */
  async sellerPage(slug: string): Promise<SellerPage> {
    const brand = await this.database.repository(Brand).findOneBy({ slug });
    if (!brand) throw new AppError('not_found');
    const seller = Seller.parse(brand.seller);
    return {
      brand: brandView(brand),
      seller,
      missing: missingOfSeller(seller),
      registrationNumber: brand.registrationNumber,
    };
  }
}

async function saveTaxRates(tx: Tx, brandId: string, rates: Record<TaxRate['code'], number>): Promise<void> {
  for (const [code, rateBp] of Object.entries(rates)) {
    await tx.sql(`UPDATE tax_rates SET rate_bp = $3 WHERE brand_id = $1 AND code = $2`, [brandId, code, rateBp]);
  }
}

async function settingsOf(queryable: Queryable, brandId: string): Promise<SellingSettings> {
  const terms = await sellingTerms(queryable, brandId);
  const { rows } = await queryable.sql<{ mode: ConsentMode; keepDays: number | null; sells: boolean }>(
    `SELECT consent_mode AS mode, replay_keep_days AS "keepDays", replay_sells AS sells FROM brands WHERE id = $1`,
    [brandId],
  );
  const { mode, keepDays, sells } = rows[0]!;
  return {
    currency: terms.currency,
    tax: { pricesIncludeTax: terms.pricesIncludeTax, rounding: terms.taxRounding, rates: terms.taxRates },
    shipping: {
      basis: terms.shippingBasis,
      rates: terms.shippingRates,
      freeFromAmount: terms.freeShippingFromAmount,
    },
    live: { dealGraceMs: terms.dealGraceMs, waitlistOfferSeconds: terms.waitlistOfferSeconds },
    replay: { keepDays, sells },
    display: { seller: Seller.parse(terms.seller), registrationNumber: terms.registrationNumber },
    privacy: { consentMode: mode },
  };
}
