import type { TaxCode } from '#contracts/catalog';
import type { Currency } from '#contracts/money';
import type { Seller } from '#contracts/settings';
import { AppError } from '#platform/app-error';
import type { Queryable } from '../database/index.ts';
import type { ShippingBasis, TaxRounding } from './account.entity.ts';

/** The terms on which a brand sells: all that a price depends on besides the goods. Amounts in minor units. */
export interface SellingTerms {
  brandId: string;
  brandName: string;
  currency: Currency;
  timeZone: string;
  pricesIncludeTax: boolean;
  taxRounding: TaxRounding;
  /** Basis points by code. Shipping bears the standard rate. */
  taxRates: Record<TaxCode, number>;
  shippingBasis: ShippingBasis;
  /** From the lowest on; the first is from 0. */
  shippingRates: { fromValue: number; amount: number }[];
  freeShippingFromAmount: number | null;
  dealGraceMs: { instant: number; smooth: number };
  waitlistOfferSeconds: number;
  seller: Seller;
  registrationNumber: string | null;
}

/** @throws not_found */
export async function sellingTerms(queryable: Queryable, brandId: string): Promise<SellingTerms> {
  const { rows } = await queryable.sql<
    Omit<SellingTerms, 'freeShippingFromAmount'> & { freeShippingFromAmount: string | null }
  >(
    `SELECT b.id AS "brandId", b.name AS "brandName", b.currency, b.time_zone AS "timeZone", b.prices_include_tax AS "pricesIncludeTax",
            b.tax_rounding AS "taxRounding", b.shipping_basis AS "shippingBasis",
            b.free_shipping_from_amount AS "freeShippingFromAmount", b.waitlist_offer_seconds AS "waitlistOfferSeconds", b.seller,
            b.registration_number AS "registrationNumber",
            json_build_object('instant', b.deal_grace_instant_ms, 'smooth', b.deal_grace_smooth_ms) AS "dealGraceMs",
            (SELECT json_object_agg(code, rate_bp) FROM tax_rates t WHERE t.brand_id = b.id) AS "taxRates",
            (SELECT json_agg(json_build_object('fromValue', from_value, 'amount', amount) ORDER BY from_value)
             FROM shipping_rates r WHERE r.brand_id = b.id) AS "shippingRates"
     FROM brands b WHERE b.id = $1`,
    [brandId],
  );
  const row = rows[0];
  if (!row) throw new AppError('not_found');
  const free = row.freeShippingFromAmount;
  return { ...row, freeShippingFromAmount: free === null ? null : Number(free) };
}
