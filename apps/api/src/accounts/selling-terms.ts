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

/** The terms of the brand that an SQL expression names, as a value of a statement about something else. */
export const sellingTermsOf = (brandId: string) => `(
  SELECT json_build_object('brandId', b.id, 'brandName', b.name, 'currency', b.currency, 'timeZone', b.time_zone,
    'pricesIncludeTax', b.prices_include_tax, 'taxRounding', b.tax_rounding, 'shippingBasis', b.shipping_basis,
    'freeShippingFromAmount', b.free_shipping_from_amount, 'waitlistOfferSeconds', b.waitlist_offer_seconds, 'seller', b.seller,
    'registrationNumber', b.registration_number,
    'dealGraceMs', json_build_object('instant', b.deal_grace_instant_ms, 'smooth', b.deal_grace_smooth_ms),
    'taxRates', (SELECT json_object_agg(code, rate_bp) FROM tax_rates t WHERE t.brand_id = b.id),
    'shippingRates', (SELECT json_agg(json_build_object('fromValue', from_value, 'amount', amount) ORDER BY from_value)
                      FROM shipping_rates r WHERE r.brand_id = b.id))
  FROM brands b WHERE b.id = ${brandId})`;

const statement = `SELECT ${sellingTermsOf('$1')} AS terms`;

/** @throws not_found */
export async function sellingTerms(queryable: Queryable, brandId: string): Promise<SellingTerms> {
  const { rows } = await queryable.sql<{ terms: SellingTerms | null }>(statement, [brandId]);
  const terms = rows[0]?.terms;
  if (!terms) throw new AppError('not_found');
  return terms;
}
