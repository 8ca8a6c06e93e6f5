import type { Address, OrderState } from '#contracts/checkout';
import { csvRow, type CsvCell } from '#contracts/csv';
import type { Locale } from '#contracts/ids';
import { currencyExponents, toDecimalString, type Currency } from '#contracts/money';
import type { OrderFilter } from '#contracts/orders';
import type { Queryable } from '../database/index.ts';
import { filterSql } from './orders.queries.ts';

const PAGE = 500;

/** A line of an order, with the order. */
interface Row {
  id: string;
  position: number;
  number: string;
  placed_at: string;
  paid_at: string | null;
  state: OrderState;
  payment_method: 'card' | 'konbini';
  disputed: boolean;
  show_title: string;
  name: string;
  email: string;
  phone: string;
  address: Address;
  product_name: string;
  variant_name: string;
  sku: string;
  unit_amount: string;
  quantity: number;
  restocked: number;
  tax_rate_bp: number;
  currency: Currency;
  items_amount: string;
  discount_amount: string;
  shipping_amount: string;
  tax_amount: string;
  total_amount: string;
  refunded_amount: string;
  shipped_at: string | null;
  carrier: string | null;
  tracking_number: string | null;
}

const words = {
  ja: {
    states: { pending: '支払い待ち', paid: '支払い済み', canceled: '取り消し', refunded: '返金済み' },
    methods: { card: 'カード', konbini: 'コンビニ' },
    disputed: '異議あり',
  },
  en: {
    states: { pending: 'pending', paid: 'paid', canceled: 'canceled', refunded: 'refunded' },
    methods: { card: 'card', konbini: 'konbini' },
    disputed: 'disputed',
  },
} as const;

/** Amounts of the whole order stand in the row of its first line only, so that a column can be summed. */
const columns: { ja: string; en: string; of: (row: Row, locale: Locale) => CsvCell }[] = [
  { ja: '注文番号', en: 'Order', of: (row) => row.number },
  { ja: '注文日時', en: 'Placed', of: (row) => row.placed_at },
  { ja: '支払い日時', en: 'Paid', of: (row) => row.paid_at },
  { ja: '状態', en: 'State', of: (row, locale) => words[locale].states[row.state] },
  { ja: '異議申し立て', en: 'Dispute', of: (row, locale) => (row.disputed ? words[locale].disputed : null) },
  { ja: '支払い方法', en: 'Payment', of: (row, locale) => words[locale].methods[row.payment_method] },
  { ja: '配信', en: 'Show', of: (row) => row.show_title },
  { ja: '氏名', en: 'Name', of: (row) => row.name },
  { ja: 'メール', en: 'E-mail', of: (row) => row.email },
  { ja: '電話', en: 'Phone', of: (row) => row.phone },
  { ja: '国', en: 'Country', of: (row) => row.address.country },
  { ja: '郵便番号', en: 'Postcode', of: (row) => row.address.postalCode },
  { ja: '都道府県', en: 'Region', of: (row) => row.address.region },
  { ja: '市区町村', en: 'City', of: (row) => row.address.city },
  { ja: '住所1', en: 'Address 1', of: (row) => row.address.line1 },
  { ja: '住所2', en: 'Address 2', of: (row) => row.address.line2 },
  { ja: '行', en: 'Line', of: (row) => row.position },
  { ja: '商品', en: 'Product', of: (row) => row.product_name },
  { ja: '種類', en: 'Variant', of: (row) => row.variant_name },
  { ja: 'SKU', en: 'SKU', of: (row) => row.sku },
  { ja: '数量', en: 'Quantity', of: (row) => row.quantity },
  { ja: '在庫に戻した数', en: 'Restocked', of: (row) => row.restocked },
  { ja: '単価', en: 'Unit price', of: (row) => money(row, row.unit_amount) },
  { ja: '税率（%）', en: 'Tax rate (%)', of: (row) => row.tax_rate_bp / 100 },
  { ja: '行の金額', en: 'Line amount', of: (row) => money(row, String(Number(row.unit_amount) * row.quantity)) },
  { ja: '通貨', en: 'Currency', of: (row) => row.currency },
  { ja: '商品小計', en: 'Items', of: (row) => ofOrder(row, row.items_amount) },
  { ja: '割引', en: 'Discount', of: (row) => ofOrder(row, row.discount_amount) },
  { ja: '送料', en: 'Shipping', of: (row) => ofOrder(row, row.shipping_amount) },
  { ja: '消費税', en: 'Tax', of: (row) => ofOrder(row, row.tax_amount) },
  { ja: '合計', en: 'Total', of: (row) => ofOrder(row, row.total_amount) },
  { ja: '返金', en: 'Refunded', of: (row) => ofOrder(row, row.refunded_amount) },
  { ja: '発送日時', en: 'Shipped', of: (row) => row.shipped_at },
  { ja: '配送会社', en: 'Carrier', of: (row) => row.carrier },
  { ja: 'お問い合わせ番号', en: 'Tracking number', of: (row) => row.tracking_number },
];

/** A file of a brand's orders, in pieces: it may be longer than what should be in memory at once. Times are the brand's. */
export async function* ordersCsv(
  queryable: Queryable,
  brandId: string,
  filter: OrderFilter,
  locale: Locale,
): AsyncGenerator<string> {
  yield `\uFEFF${csvRow(columns.map((column) => column[locale]))}`;
  for (let after: Row | undefined; ;) {
    const rows = await page(queryable, brandId, filter, after);
    if (rows.length === 0) return;
    yield rows.map((row) => csvRow(columns.map(({ of }) => of(row, locale)))).join('');
    after = rows.at(-1)!;
  }
}

async function page(queryable: Queryable, brandId: string, filter: OrderFilter, after?: Row): Promise<Row[]> {
  const { conditions, parameters } = filterSql(brandId, filter);
  if (after) {
    const [id, position] = [parameters.add(after.id), parameters.add(after.position)];
    conditions.push(`(o.id < ${id} OR (o.id = ${id} AND l.position > ${position}))`);
  }
  const local = (column: string) => `to_char(${column} AT TIME ZONE b.time_zone, 'YYYY-MM-DD HH24:MI:SS') AS ${column}`;
  const { rows } = await queryable.sql<Row>(
    `SELECT o.id, l.position, o.number, ${local('placed_at')}, ${local('paid_at')}, o.state, o.payment_method,
            o.disputed_at IS NOT NULL AS disputed, s.title AS show_title, o.name, o.email, o.phone, o.address, l.product_name,
            l.variant_name, l.sku, l.unit_amount, l.quantity, l.restocked, l.tax_rate_bp, o.currency, o.items_amount, o.discount_amount,
            o.shipping_amount, o.tax_amount, o.total_amount, o.refunded_amount, ${local('shipped_at')}, o.carrier, o.tracking_number
     FROM orders o JOIN order_lines l ON l.order_id = o.id JOIN shows s ON s.id = o.show_id JOIN brands b ON b.id = o.brand_id
     WHERE ${conditions.join(' AND ')} ORDER BY o.id DESC, l.position LIMIT ${parameters.add(PAGE)}`,
    parameters.values,
  );
  return rows;
}

/** "12.50": a number to a spreadsheet, and exact. */
function money({ currency }: Row, amount: string): CsvCell {
  return { number: toDecimalString(Number(amount), currencyExponents[currency]) };
}

function ofOrder(row: Row, amount: string): CsvCell {
  return row.position === 1 ? money(row, amount) : null;
}
