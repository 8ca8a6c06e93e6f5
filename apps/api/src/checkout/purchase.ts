import type { PricedLine, Totals } from '#contracts/checkout';
import { dealPrice } from '#contracts/deals';
import { AppError } from '#platform/app-error';
import { sellingTermsOf, type SellingTerms } from '../accounts/index.ts';
import { imageUrl } from '../catalog/index.ts';
import type { Queryable } from '../database/index.ts';
import { couponDiscounts, dealsOfAllotments, type CouponDiscount } from '../deals/index.ts';
import { sellsByReplay } from '../replays/index.ts';
import { totalsOf } from './totals.ts';

/** A number of one variant, under an offer of a show. */
export interface WantedGoods {
  showId: string;
  offerId: string;
  variantId: string;
  quantity: number;
  /** The flash deal's that it was held in. */
  allotmentId: string | null;
}

/** A line of a purchase with all that its snapshot needs. Amounts in minor units. */
export interface PurchaseLine extends Omit<PricedLine, 'imageUrl'> {
  productId: string;
  sku: string;
  imageId: string | null;
  weightGrams: number;
  dealId: string | null;
}

export interface Purchase {
  terms: SellingTerms;
  lines: PurchaseLine[];
  discounts: CouponDiscount[];
  totals: Totals;
}

/** An ended show sells only by its replay. `s` is the show. */
const isOpen = `CASE s.state WHEN 'ended' THEN ${sellsByReplay('s.id')} ELSE true END`;

/** Who sells under an offer, and whether the show still sells; it is on, or has a replay that does. @throws not_found when the variant is not sold under it */
export async function offerOf(
  queryable: Queryable,
  { showId, offerId, variantId }: Pick<WantedGoods, 'showId' | 'offerId' | 'variantId'>,
): Promise<{ brandId: string; isOpen: boolean; isOver: boolean }> {
  const { rows } = await queryable.sql<{ brandId: string; isOpen: boolean; isOver: boolean }>(
    `SELECT s.brand_id AS "brandId", ${isOpen} AS "isOpen", s.state = 'ended' AS "isOver" FROM offers o JOIN shows s ON s.id = o.show_id
     JOIN variants v ON v.product_id = o.product_id AND v.archived_at IS NULL
     WHERE o.show_id = $1 AND o.id = $2 AND v.id = $3`,
    [showId, offerId, variantId],
  );
  if (!rows[0]) throw new AppError('not_found');
  return rows[0];
}

/** Who wants to buy: coupons may depend on it. */
export interface Buyer {
  viewerId: string;
  email: string | null;
}

/**
 * What these goods of one brand cost now, by the server's own prices, deals and terms.
 * @param codes of coupons, in the order in which they count
 * @throws not_found for what is not sold any more; invalid_request for goods of several brands; coupon_refused
 */
export async function pricePurchase(
  queryable: Queryable,
  goods: WantedGoods[],
  codes: string[] = [],
  buyer?: Buyer,
): Promise<Purchase & { isOpen: boolean }> {
  const column = <K extends keyof WantedGoods>(name: K) => goods.map((one) => one[name]);
  const { rows } = await queryable.sql<PriceRow>(prices, [
    column('showId'),
    column('offerId'),
    column('variantId'),
    column('quantity'),
    column('allotmentId'),
  ]);
  if (rows.length !== goods.length || !rows[0]) throw new AppError('not_found');
  const purchase = await pricedPurchase(queryable, rows, codes, buyer);
  return { ...purchase, isOpen: rows[0].isOpen };
}

/**
 * The same, of what `priceColumns` and `priceJoins` have read.
 * @throws invalid_request for goods of several brands; coupon_refused
 */
export async function pricedPurchase(
  queryable: Queryable,
  rows: PriceRow[],
  codes: string[],
  buyer: Buyer | undefined,
): Promise<Purchase> {
  const terms = rows[0]!.terms!;
  const { brandId } = terms;
  if (rows.some((row) => row.brandId !== brandId)) {
    throw new AppError('invalid_request', { issues: [{ path: 'holdIds', message: 'goods of one brand' }] });
  }
  const lines = await linesOf(queryable, rows);
  const gross = totalsOf(terms, lines);
  const discounts =
    codes.length > 0 && buyer
      ? await couponDiscounts(
          queryable,
          brandId,
          codes,
          { ...buyer, isCustomer: await isCustomer(queryable, brandId, buyer) },
          { itemsAmount: gross.itemsAmount, dealLines: lines.some((line) => line.dealId !== null) },
        )
      : [];
  const discountAmount = discounts.reduce((sum, discount) => sum + discount.amount, 0);
  return { terms, lines, discounts, totals: discountAmount > 0 ? totalsOf(terms, lines, discountAmount) : gross };
}

export function pricedLine({ imageId, ...line }: PurchaseLine): PricedLine {
  return {
    showId: line.showId,
    offerId: line.offerId,
    variantId: line.variantId,
    productName: line.productName,
    variantName: line.variantName,
    imageUrl: imageUrl(imageId),
    listAmount: line.listAmount,
    unitAmount: line.unitAmount,
    taxRateBp: line.taxRateBp,
    quantity: line.quantity,
  };
}

export interface PriceRow extends Omit<PurchaseLine, 'listAmount' | 'unitAmount' | 'dealId'> {
  brandId: string;
  listAmount: string;
  allotmentId: string | null;
  /** Whether the show still sells. */
  isOpen: boolean;
  /** Of the brand of the first line, and with that line alone. */
  terms: SellingTerms | null;
}

/**
 * Of wanted goods `w (show_id, offer_id, variant_id, quantity, allotment_id)`, by `priceJoins`.
 * @param withTerms SQL of whether the brand's terms come with a row
 */
export const priceColumns = (
  withTerms: string,
) => `s.brand_id AS "brandId", ${isOpen} AS "isOpen", w.show_id AS "showId", w.offer_id AS "offerId",
  p.id AS "productId", p.name AS "productName", v.id AS "variantId", v.name AS "variantName", v.sku,
  COALESCE(v.image_id, p.image_id) AS "imageId", v.weight_grams AS "weightGrams", v.price_amount AS "listAmount",
  t.rate_bp AS "taxRateBp", w.quantity, w.allotment_id AS "allotmentId",
  CASE WHEN ${withTerms} THEN ${sellingTermsOf('s.brand_id')} END AS terms`;
export const priceJoins = (
  join: 'JOIN' | 'LEFT JOIN',
) => `${join} offers o ON o.id = w.offer_id AND o.show_id = w.show_id
  ${join} shows s ON s.id = o.show_id ${join} products p ON p.id = o.product_id
  ${join} variants v ON v.id = w.variant_id AND v.product_id = p.id AND v.archived_at IS NULL
  ${join} tax_rates t ON t.brand_id = p.brand_id AND t.code = p.tax_code`;
const prices = `SELECT ${priceColumns('w.place = 1')}
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::uuid[])
    WITH ORDINALITY AS w (show_id, offer_id, variant_id, quantity, allotment_id, place) ${priceJoins('JOIN')} ORDER BY w.place`;

async function linesOf(queryable: Queryable, rows: PriceRow[]): Promise<PurchaseLine[]> {
  const allotmentIds = rows.map((row) => row.allotmentId).filter((id) => id !== null);
  const deals = allotmentIds.length > 0 ? await dealsOfAllotments(queryable, allotmentIds) : new Map<string, never>();
  return rows.map(({ brandId: _, isOpen: __, terms: ___, allotmentId, listAmount, ...row }) => {
    const list = Number(listAmount);
    const deal = allotmentId === null ? undefined : deals.get(allotmentId);
    return { ...row, listAmount: list, unitAmount: deal ? dealPrice(list, deal) : list, dealId: deal?.id ?? null };
  });
}

/** Has bought of this brand before, by viewer or by address. */
async function isCustomer(queryable: Queryable, brandId: string, { viewerId, email }: Buyer): Promise<boolean> {
  const { rows } = await queryable.sql(
    `SELECT 1 FROM orders WHERE brand_id = $1 AND state IN ('paid', 'refunded') AND (viewer_id = $2 OR lower(email) = lower($3)) LIMIT 1`,
    [brandId, viewerId, email],
  );
  return rows.length > 0;
}
