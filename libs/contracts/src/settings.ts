import * as z from 'zod/mini';
import { Brand } from './accounts.ts';
import { TaxCode } from './catalog.ts';
import { endpoint } from './endpoint.ts';
import { Empty, Slug, Time } from './ids.ts';
import { Amount, Currency } from './money.ts';
import { ConsentMode } from './viewer-account.ts';

const Line = z.string().check(z.trim(), z.maxLength(200));
const Text = z.string().check(z.trim(), z.maxLength(2000));

/**
 * What a seller by mail order must say of itself in Japan (特定商取引法に基づく表記), and shows elsewhere as good manners. Empty: not
 * said yet.
 */
export const Seller = z.object({
  name: z._default(Line, ''), // 販売業者
  representative: z._default(Line, ''), // 運営統括責任者
  address: z._default(Line, ''), // 所在地
  phone: z._default(Line, ''), // 電話番号
  email: z._default(Line, ''), // メールアドレス
  priceNote: z._default(Text, ''), // 販売価格・商品代金以外の必要料金
  paymentNote: z._default(Text, ''), // 支払方法・支払時期
  deliveryNote: z._default(Text, ''), // 引渡時期
  returnNote: z._default(Text, ''), // 返品・交換・キャンセル
});
export type Seller = z.infer<typeof Seller>;

/**
 * In the order of the page. The law asks for all of them (特定商取引に関する法律 第11条, 同施行規則 第23条・第24条): who sells and who
 * answers for it, where and how they are reached, what is paid besides the price, how and when it is paid and delivered, and how a buyer withdraws.
 */
export const sellerFields = Object.keys(Seller.shape) as readonly (keyof Seller)[];

/** What the law asks for and the seller has not said. */
export function missingOfSeller(seller: Seller): (keyof Seller)[] {
  return sellerFields.filter((field) => seller[field].trim() === '');
}

/**
 * Whether the first of 13 digits is the check digit of the other twelve: 9 − (Σ Pn × Qn mod 9), where Pn is the n-th digit from the right,
 * and Qn is 1 for an odd n and 2 for an even one (法人番号の指定等に関する省令 第2条; National Tax Agency, 「チェックデジットの計算」,
 * houjin-bangou.nta.go.jp). It catches a mistyped digit of a corporate number. Numbers of sole proprietors are not corporate numbers, and
 * the Agency publishes no rule for theirs (invoice-kohyo.nta.go.jp/about-toroku).
 */
export function hasCheckDigitOfCorporation(registrationNumber: string): boolean {
  const digits = [...registrationNumber.replace(/^T/, '')].map(Number);
  if (digits.length !== 13) return false;
  const [check, ...base] = digits;
  const sum = base.toReversed().reduce((total, digit, index) => total + digit * (index % 2 === 0 ? 1 : 2), 0);
  return check === 9 - (sum % 9);
}

const RateBp = z.int().check(z.minimum(0), z.maximum(5_000));
const Milliseconds = z.int().check(z.minimum(0), z.maximum(30_000));

export const TaxRounding = z.enum(['down', 'half_up', 'up']);
export const ShippingBasis = z.enum(['flat', 'weight', 'amount']);

export const TaxSettings = z.object({
  pricesIncludeTax: z.boolean(),
  rounding: TaxRounding,
  /** Basis points: 1000 is 10 %. */
  rates: z.record(TaxCode, RateBp).check(z.refine(({ zero }) => zero === 0, { path: ['zero'], error: 'is zero' })),
});

const ShippingRates = z
  .array(z.object({ fromValue: z.int().check(z.minimum(0), z.maximum(99_999_999)), amount: Amount }))
  .check(z.minLength(1), z.maxLength(20), (payload) => {
    payload.value.forEach(({ fromValue }, index) => {
      const before = payload.value[index - 1];
      const message = !before ? 'the first row is from 0' : 'each row is from more than the one before';
      if (before ? fromValue > before.fromValue : fromValue === 0) return;
      payload.issues.push({ code: 'custom', input: fromValue, path: [index, 'fromValue'], message });
    });
  });

export const ShippingSettings = z
  .object({
    basis: ShippingBasis,
    /** `amount` from this value on: of weight in grams, or of goods in minor units, by the basis. */
    rates: ShippingRates,
    freeFromAmount: z.nullable(Amount.check(z.minimum(1))),
  })
  .check(
    z.refine(({ basis, rates }) => basis !== 'flat' || rates.length === 1, {
      path: ['rates'],
      error: 'a flat rate has one row',
    }),
  );

/** How long after its end a flash deal is still granted, by the buyer's way to the picture; and how long an offer of the waitlist lasts. */
export const LiveSettings = z.object({
  dealGraceMs: z.object({ instant: Milliseconds, smooth: Milliseconds }),
  waitlistOfferSeconds: z.int().check(z.minimum(30), z.maximum(3_600)),
});

/** How long shows can be watched again, and whether their goods can be bought then, at the price of the day. */
export const ReplaySettings = z.object({
  keepDays: z.nullable(z.int().check(z.minimum(1), z.maximum(3_650))), // null: for good
  sells: z.boolean(),
});

export const DisplaySettings = z.object({
  seller: Seller,
  /** Of the qualified invoice system (適格請求書発行事業者). */
  registrationNumber: z.nullable(z.string().check(z.regex(/^T\d{13}$/))),
});

/** Whether what viewers do may be kept under their name. */
export const PrivacySettings = z.object({ consentMode: ConsentMode });

export const SellingSettings = z.object({
  currency: Currency,
  tax: TaxSettings,
  shipping: ShippingSettings,
  live: LiveSettings,
  replay: ReplaySettings,
  display: DisplaySettings,
  privacy: PrivacySettings,
});
export type SellingSettings = z.infer<typeof SellingSettings>;

const DisplayInput = z
  .extend(DisplaySettings, {
    /** The number is a sole proprietor's, and need not have a corporate number's check digit. */
    soleProprietor: z._default(z.boolean(), false),
  })
  .check(
    z.refine(
      ({ registrationNumber, soleProprietor }) =>
        registrationNumber === null || soleProprietor || hasCheckDigitOfCorporation(registrationNumber),
      { path: ['registrationNumber'], error: 'the check digit does not fit' },
    ),
  );

/** Each section by itself; one that is absent stays as it is. */
export const SellingInput = z.object({
  tax: z.optional(TaxSettings),
  shipping: z.optional(ShippingSettings),
  live: z.optional(LiveSettings),
  replay: z.optional(ReplaySettings),
  display: z.optional(DisplayInput),
  privacy: z.optional(PrivacySettings),
});
export type SellingInput = z.output<typeof SellingInput>;

/** The seller's page (特定商取引法に基づく表記), for everybody. */
export const SellerPage = z.object({
  brand: Brand,
  seller: Seller,
  missing: z.array(z.keyof(Seller)),
  registrationNumber: z.nullable(z.string()),
});
export type SellerPage = z.infer<typeof SellerPage>;

const StripeMode = z.enum(['test', 'live']);
const key = (form: RegExp) => z.string().check(z.trim(), z.maxLength(255), z.regex(form));
/** "test" of sk_test_…; a key's mode is part of its form. */
const modeOf = (stripeKey: string) => stripeKey.split('_')[1];
const areOfOneMode = (one: string, two: string) => !modeOf(one) || !modeOf(two) || modeOf(one) === modeOf(two);

export const StripeKeysInput = z
  .object({
    secretKey: key(/^(sk|rk)_(test|live)_\w{4,}$/),
    publishableKey: key(/^pk_(test|live)_\w{4,}$/),
    webhookSecret: key(/^whsec_\S{4,}$/),
  })
  .check(
    // What is no key at all has been refused by itself.
    z.refine(({ secretKey, publishableKey }) => areOfOneMode(secretKey, publishableKey), {
      path: ['publishableKey'],
      error: 'one key is of test mode and the other is live',
    }),
  );
export type StripeKeysInput = z.infer<typeof StripeKeysInput>;

/** By which account at Stripe a brand is paid. Secrets are never answered. */
export const PaymentSettings = z.object({
  own: z.nullable(
    z.object({
      account: z.string(), // acct_…
      mode: StripeMode,
      publishableKey: z.string(),
      secretLast4: z.string(),
      webhookLast4: z.string(),
      readable: z.boolean(), // false: sealed under another ENGAWA_SECRET, to be entered again
      changedAt: Time,
    }),
  ),
  installation: z.enum(['sandbox', 'test', 'live']), // used without an account of one's own
  webhookUrl: z.string(), // of the brand's endpoint at Stripe
});
export type PaymentSettings = z.infer<typeof PaymentSettings>;

export const settingsApi = {
  selling: endpoint('GET', '/api/settings/selling', Empty, SellingSettings),
  saveSelling: endpoint('PUT', '/api/settings/selling', SellingInput, SellingSettings),
  sellerPage: endpoint('GET', '/api/public/brands/:slug/seller', z.object({ slug: Slug }), SellerPage),
  payments: endpoint('GET', '/api/settings/payments', Empty, PaymentSettings),
  /** Tried at Stripe before they are kept: refused with invalid_request naming the key, and details.reason: unknown_key, no_permission. */
  savePayments: endpoint('PUT', '/api/settings/payments', StripeKeysInput, PaymentSettings),
  /** Back to the installation's account. */
  clearPayments: endpoint('DELETE', '/api/settings/payments', Empty, PaymentSettings),
};
