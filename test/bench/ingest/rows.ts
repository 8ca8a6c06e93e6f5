import { randomUUID } from 'node:crypto';
import type { Interaction } from '../../../apps/api/src/engagement/interaction-log.ts';
import { messageKey } from '../../../apps/api/src/engagement/message-key.ts';

/** One in so many is a message that has come before. */
const REPEATED = 50;
const SUBJECTS = 5_000;
const PRODUCTS = 40;

const brandId = randomUUID();
const subjects = Array.from({ length: SUBJECTS }, () => randomUUID());
const products = Array.from({ length: PRODUCTS }, () => randomUUID());

/** What people do in a shop, as the collector hands it to the log. */
export function interactions(count: number): Interaction[] {
  const rows: Interaction[] = [];
  const now = Date.now();
  for (let n = 0; n < count; n += 1) {
    if (n % REPEATED === REPEATED - 1) {
      rows.push(rows[n - 1 - Math.floor(Math.random() * (REPEATED - 1))]!);
      continue;
    }
    const productId = products[n % PRODUCTS]!;
    const said = new Date(now - (count - n));
    rows.push({
      messageId: `browser:ajs-next-${randomUUID()}`,
      brandId,
      subjectId: subjects[Math.floor(Math.random() * SUBJECTS)]!,
      name: n % 3 ? 'Product Viewed' : 'Product Clicked',
      source: 'browser',
      productId,
      properties: { product_id: productId, position: n % 12, currency: 'JPY', price: 4400 },
      context: { page: { path: '/mugs', url: 'https://shop.example/mugs', title: '月白のマグ' } },
      occurredAt: said,
      saidAt: said,
    });
  }
  return rows;
}

export const distinct = (rows: Interaction[]) => new Set(rows).size;

/** The columns of `copyLines`. */
export const columns =
  'day, message_key, brand_id, subject_id, name, source, product_id, quantity, properties, context, occurred_at';

/** The same rows for COPY, their keys and days worked out already. */
export function copyLines(rows: Interaction[]): string {
  // Of COPY's own signs these rows have none but the backslash of JSON.
  const json = (value: object | undefined) => JSON.stringify(value).replaceAll('\\', '\\\\');
  return rows
    .map((row) => {
      const at = row.occurredAt!.toISOString();
      const own = [at.slice(0, 10), messageKey(row), row.brandId, row.subjectId, row.name, row.source, row.productId];
      return `${[...own, 1, json(row.properties), json(row.context), at].join('\t')}\n`;
    })
    .join('');
}
