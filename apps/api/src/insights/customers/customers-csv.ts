import type { CustomerSummary, LifecycleStage } from '#contracts/customers';
import { csvRow, type CsvCell } from '#contracts/csv';
import type { Locale } from '#contracts/ids';
import { currencyExponents, toDecimalString, type Currency } from '#contracts/money';
import type { Queryable } from '../../database/index.ts';
import { listCustomers, type Asking, type Cursor, type Order } from './customers.queries.ts';

const PAGE = 500;

const stages: Record<Locale, Record<LifecycleStage, string>> = {
  ja: { new: '新規', fan: 'ファン', repeater: 'リピーター', loyal: '常連', at_risk: '離れかけ', lost: '離れた' },
  en: { new: 'new', fan: 'fan', repeater: 'repeater', loyal: 'loyal', at_risk: 'at risk', lost: 'lost' },
};

interface Setting {
  locale: Locale;
  currency: Currency;
  timeZone: string;
}

const columns: { ja: string; en: string; of: (row: CustomerSummary, setting: Setting) => CsvCell }[] = [
  { ja: 'ID', en: 'ID', of: (row) => row.id },
  { ja: '氏名', en: 'Name', of: (row) => row.name },
  { ja: 'メール', en: 'E-mail', of: (row) => row.email },
  { ja: '段階', en: 'Stage', of: (row, { locale }) => stages[locale][row.stage] },
  { ja: '注文', en: 'Orders', of: (row) => row.orders },
  { ja: '総額（GMV）', en: 'GMV', of: (row, setting) => money(row.gmvAmount, setting) },
  { ja: '純額', en: 'Net sales', of: (row, setting) => money(row.netAmount, setting) },
  {
    ja: '1回あたり',
    en: 'Per order',
    of: (row, setting) => (row.averageAmount === null ? null : money(Math.round(row.averageAmount), setting)),
  },
  { ja: '通貨', en: 'Currency', of: (_row, { currency }) => currency },
  { ja: 'はじめての購入', en: 'First order', of: (row, setting) => local(row.firstOrderAt, setting) },
  { ja: '最後の購入', en: 'Last order', of: (row, setting) => local(row.lastOrderAt, setting) },
  { ja: 'はじめて来た日時', en: 'First seen', of: (row, setting) => local(row.firstSeenAt, setting) },
  { ja: '最後に来た日時', en: 'Last seen', of: (row, setting) => local(row.lastSeenAt, setting) },
  { ja: '見た配信', en: 'Shows', of: (row) => row.shows },
  { ja: '視聴（秒）', en: 'Watched (s)', of: (row) => row.watchSeconds },
  { ja: '訪問', en: 'Visits', of: (row) => row.visits },
  { ja: 'コメント', en: 'Comments', of: (row) => row.messages },
  { ja: '商品に触れた', en: 'Product clicks', of: (row) => row.clicks },
  { ja: '関わりの点数', en: 'Engagement score', of: (row) => Math.round(row.engagementScore * 100) / 100 },
  { ja: 'R', en: 'R', of: (row) => row.r },
  { ja: 'F', en: 'F', of: (row) => row.f },
  { ja: 'M', en: 'M', of: (row) => row.m },
  {
    ja: '続いている確率',
    en: 'P(alive)',
    of: (row) => (row.pAlive === null ? null : Math.round(row.pAlive * 10_000) / 10_000),
  },
  {
    ja: '12か月の予測額',
    en: 'Predicted, 12 months',
    of: (row, setting) => (row.predictedAmount === null ? null : money(row.predictedAmount, setting)),
  },
  { ja: 'きっかけ', en: 'Source', of: (row) => row.source },
  { ja: 'お知らせの同意', en: 'Consent to mails', of: (row) => (row.consent ? 1 : 0) },
];

/** The list as a file, in pieces: it may be longer than what should be in memory at once. Times are the brand's. */
export async function* customersCsv(
  queryable: Queryable,
  asking: Asking,
  order: Order,
  setting: Setting,
): AsyncGenerator<string> {
  yield `\uFEFF${csvRow(columns.map((column) => column[setting.locale]))}`;
  for (let after: Cursor | undefined; ;) {
    const { customers, last } = await listCustomers(queryable, asking, order, { after, limit: PAGE });
    yield customers.map((row) => csvRow(columns.map(({ of }) => of(row, setting)))).join('');
    if (!last) return;
    after = last;
  }
}

function money(amount: number, { currency }: Setting): CsvCell {
  return { number: toDecimalString(amount, currencyExponents[currency]) };
}

/** "2026-10-17 20:26:00" in the brand's zone. */
function local(time: string | null, { timeZone }: Setting): CsvCell {
  return time && new Date(time).toLocaleString('sv-SE', { timeZone });
}
