import type { Locale } from '#contracts/ids';
import { formatMoney, type Currency } from '#contracts/money';
import { htmlOf, textOf, type Draft, type Part, type Row } from './letter.ts';
import type { Letter } from './mail.service.ts';
import { words } from './words.ts';

interface Reader {
  locale: Locale;
  /** The brand's name as buyers know it. */
  sellerName: string;
  /** The brand's, IANA. */
  timeZone: string;
}

/** An order as its letters tell it. Amounts are in minor units of `currency`. */
export interface MailedOrder extends Reader {
  number: string;
  buyerName: string;
  currency: Currency;
  lines: { productName: string; variantName: string; unitAmount: number; quantity: number; taxRateBp: number }[];
  itemsAmount: number;
  /** What coupons took off, positive. */
  discountAmount: number;
  shippingAmount: number;
  totalAmount: number;
  /** Whether the prices contain their tax: it then stands within the total, else above it. */
  pricesIncludeTax: boolean;
  /** One row per rate; `taxableAmount` is what the tax was worked out of, with it where prices include tax. */
  taxes: { rateBp: number; taxableAmount: number; taxAmount: number }[];
  /** The page of the order, with its key. */
  statusUrl: string;
}

type ConvenienceStore = 'familymart' | 'lawson' | 'ministop' | 'seicomart';

export function orderPaidLetter(order: MailedOrder, { paidAt }: { paidAt: Date }): Letter {
  const t = words[order.locale];
  return orderLetter('order_paid', order, t.paidSubject(order.number), [
    { kind: 'text', text: t.paid },
    { kind: 'rows', rows: [...numberRow(order), { label: t.paidAt, value: when(paidAt, order) }] },
    { kind: 'rows', title: t.goods, rows: pricedLines(order) },
    { kind: 'rows', title: t.amounts, rows: sums(order) },
  ]);
}

export function orderShippedLetter(
  order: MailedOrder,
  { shippedAt, carrier, trackingNumber }: { shippedAt: Date; carrier: string; trackingNumber: string | null },
): Letter {
  const t = words[order.locale];
  const tracking = trackingNumber ? [{ label: t.tracking, value: trackingNumber }] : [];
  const lines = order.lines.map((line) => ({ label: nameOf(order, line), value: t.pieces(line.quantity) }));
  return orderLetter('order_shipped', order, t.shippedSubject(order.number), [
    { kind: 'text', text: t.shipped },
    {
      kind: 'rows',
      title: t.delivery,
      rows: [{ label: t.carrier, value: carrier }, ...tracking, { label: t.shippedAt, value: when(shippedAt, order) }],
    },
    { kind: 'rows', title: t.goods, rows: [...numberRow(order), ...lines] },
  ]);
}

/** @param refund `amount` is of this refund, `refundedAmount` of all of them together with it */
export function orderRefundedLetter(
  order: MailedOrder,
  refund: { amount: number; refundedAmount: number; paymentMethod: 'card' | 'konbini' },
): Letter {
  const t = words[order.locale];
  const isWhole = refund.refundedAmount >= order.totalAmount;
  const soFar = { label: t.refundedSoFar, value: money(refund.refundedAmount, order) };
  return orderLetter('order_refunded', order, t.refundedSubject(order.number), [
    { kind: 'text', text: isWhole ? t.refundedWhole : t.refundedPart },
    { kind: 'text', text: refund.paymentMethod === 'card' ? t.refundToCard : t.refundToBank },
    {
      kind: 'rows',
      title: t.refund,
      rows: [
        ...numberRow(order),
        { label: t.refundAmount, value: money(refund.amount, order), strong: true },
        ...(refund.refundedAmount > refund.amount ? [soFar] : []),
        { label: t.orderTotal, value: money(order.totalAmount, order) },
      ],
    },
  ]);
}

/** @param voucher with `url` the payment provider's page that says how to pay */
export function voucherWaitingLetter(
  order: MailedOrder,
  voucher: {
    payBy: Date;
    url: string | null;
    stores: { store: ConvenienceStore; paymentCode: string; confirmationNumber: string | null }[];
  },
): Letter {
  const t = words[order.locale];
  const stores = voucher.stores.map(({ store, paymentCode, confirmationNumber }) => ({
    label: t[store],
    note: t.paymentCode(paymentCode),
    value: confirmationNumber ? t.confirmation(confirmationNumber) : '',
  }));
  const parts: Part[] = [
    { kind: 'text', text: t.voucher },
    {
      kind: 'rows',
      title: t.toPay,
      rows: [
        { label: t.payBy, value: when(voucher.payBy, order), strong: true },
        { label: t.payAmount, value: money(order.totalAmount, order), strong: true },
        ...numberRow(order),
      ],
    },
  ];
  if (stores.length > 0) parts.push({ kind: 'rows', title: t.stores, rows: stores });
  if (voucher.url) parts.push({ kind: 'link', label: t.toVoucher, url: voucher.url });
  parts.push({ kind: 'text', text: t.voucherExpiry });
  parts.push({ kind: 'rows', title: t.goods, rows: pricedLines(order) });
  parts.push({ kind: 'rows', title: t.amounts, rows: sums(order) });
  return orderLetter('voucher_waiting', order, t.voucherSubject(order.number), parts);
}

/** One question after an order has arrived. @param url of the page with the question */
export function surveyLetter(buyer: Reader & { url: string }): Letter {
  const t = words[buyer.locale];
  return letter('survey', {
    ...buyer,
    subject: t.surveySubject(buyer.sellerName),
    parts: [
      { kind: 'text', text: t.survey },
      { kind: 'link', label: t.toSurvey, url: buyer.url },
    ],
    footnote: t.surveyFootnote,
  });
}

/** The subject does not have the code: it is seen on locked screens. */
export function signInCodeLetter(viewer: Reader & { code: string; until: Date }): Letter {
  const t = words[viewer.locale];
  return letter('sign_in_code', {
    ...viewer,
    subject: t.codeSubject(viewer.sellerName),
    parts: [
      { kind: 'text', text: t.codeIntro },
      {
        kind: 'rows',
        rows: [
          { label: t.code, value: viewer.code, strong: true },
          { label: t.codeUntil, value: when(viewer.until, viewer) },
        ],
      },
      { kind: 'text', text: t.codeWarning },
    ],
    footnote: t.codeFootnote,
  });
}

export function waitlistOfferLetter(
  offer: Reader & {
    productName: string;
    variantName: string;
    quantity: number;
    unitAmount: number;
    currency: Currency;
    pricesIncludeTax: boolean;
    until: Date;
    /** Where it can be bought. */
    url: string;
  },
): Letter {
  const t = words[offer.locale];
  const price = money(offer.unitAmount, offer);
  const note = t.each(offer.pricesIncludeTax ? t.withTax(price) : t.withoutTax(price), offer.quantity);
  return letter('waitlist_offer', {
    ...offer,
    subject: t.offerSubject(offer.productName),
    parts: [
      { kind: 'text', text: t.offer },
      {
        kind: 'rows',
        title: t.offered,
        rows: [
          { label: nameOf(offer, offer), note, value: '' },
          { label: t.until, value: when(offer.until, offer), strong: true },
        ],
      },
      { kind: 'link', label: t.toBuy, url: offer.url },
      { kind: 'text', text: t.offerExpiry },
    ],
    footnote: t.offerFootnote,
  });
}

function orderLetter(kind: Letter['kind'], order: MailedOrder, subject: string, parts: Part[]): Letter {
  const t = words[order.locale];
  return letter(kind, {
    ...order,
    subject,
    parts: [
      { kind: 'text', text: t.dear(order.buyerName) },
      ...parts,
      { kind: 'link', label: t.toOrder, url: order.statusUrl },
    ],
    footnote: t.orderFootnote,
  });
}

function letter(kind: Letter['kind'], draft: Draft): Letter {
  return {
    kind,
    locale: draft.locale,
    subject: draft.subject,
    textBody: textOf(draft),
    htmlBody: htmlOf(draft),
  };
}

function numberRow({ locale, number }: MailedOrder): Row[] {
  return [{ label: words[locale].number, value: number }];
}

/** With the rate of each where the order has several. */
function pricedLines(order: MailedOrder): Row[] {
  const t = words[order.locale];
  return order.lines.map((line) => {
    const note = t.each(money(line.unitAmount, order), line.quantity);
    return {
      label: nameOf(order, line),
      note: order.taxes.length > 1 ? t.atRate(note, percent(line.taxRateBp)) : note,
      value: money(line.unitAmount * line.quantity, order),
    };
  });
}

function sums(order: MailedOrder): Row[] {
  const t = words[order.locale];
  const taxes = order.taxes
    .filter(({ taxAmount }) => taxAmount > 0)
    .map(({ rateBp, taxableAmount, taxAmount }) => {
      const label = (order.pricesIncludeTax ? t.taxWithin : t.taxOnTop)(percent(rateBp), money(taxableAmount, order));
      return { label, value: money(taxAmount, order) };
    });
  const total = { label: t.total, value: money(order.totalAmount, order), strong: true };
  return [
    { label: t.items, value: money(order.itemsAmount, order) },
    ...(order.discountAmount > 0 ? [{ label: t.discount, value: money(-order.discountAmount, order) }] : []),
    { label: t.shipping, value: order.shippingAmount === 0 ? t.free : money(order.shippingAmount, order) },
    ...(order.pricesIncludeTax ? [total, ...taxes] : [...taxes, total]),
  ];
}

function nameOf({ locale }: Reader, line: { productName: string; variantName: string }): string {
  return line.variantName === '' ? line.productName : words[locale].variant(line.productName, line.variantName);
}

const tags = { ja: 'ja-JP', en: 'en-GB' } as const;

function money(amount: number, { locale, currency }: { locale: Locale; currency: Currency }): string {
  return formatMoney(amount, currency, tags[locale]);
}

/** "10%", "8.25%": of basis points, without a division that could round. */
function percent(rateBp: number): string {
  const fraction = String(rateBp % 100)
    .padStart(2, '0')
    .replace(/0+$/, '');
  return `${Math.floor(rateBp / 100)}${fraction && `.${fraction}`}%`;
}

/** "2026年11月22日(日) 10:05" · "Sun, 22 Nov 2026, 10:05 GMT+9". In Japan a reader takes the time to be Japan's. */
function when(time: Date, { locale, timeZone }: Reader): string {
  const name = `${locale} ${timeZone}`;
  let format = timeFormats.get(name);
  if (!format) {
    const isPlain = locale === 'ja' && timeZone === 'Asia/Tokyo';
    format = new Intl.DateTimeFormat(tags[locale], {
      year: 'numeric',
      month: locale === 'ja' ? 'long' : 'short',
      day: 'numeric',
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZone,
      ...(isPlain ? {} : { timeZoneName: 'short' }),
    });
    timeFormats.set(name, format);
  }
  return format.format(time);
}

/** Making one takes a hundred times as long as using it. */
const timeFormats = new Map<string, Intl.DateTimeFormat>();
