import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { calendarOf } from '../../apps/api/src/demo-history/calendar.ts';
import { drawPurchases } from '../../apps/api/src/demo-history/truth.ts';
import { seededRandom } from '#insight/simulate';
import { Shop } from '../support/checkout.ts';

const options = { seed: 7, buyers: 40, weeks: 2 };
const PATIENCE_MS = 180_000;

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop.api.stop());

it(
  'makes weeks of shows and buyers that are over when it ends, and that the ledger agrees with',
  async () => {
    const { makeHistory } = await import('../../apps/api/src/demo-history/index.ts');
    const { findAll } = await import('../../apps/api/src/verify.ts');
    const { StripeClients } = await import('../../apps/api/src/checkout/index.ts');
    const { api } = shop;
    const staff = await api.staff();
    const cup = await api.product(staff, { priceAmount: 3300, stock: 5 });
    await api.product(staff, { priceAmount: 13_200, stock: 7 });
    const owner = { ...staff, sessionId: '', role: 'owner' as const, name: '渚' };
    const lines: string[] = [];
    const report = await makeHistory(api.app, owner, options, (line) => lines.push(line));

    // The same crowd, drawn once more.
    const { rows: starts } = await api.database.sql<{ startsAt: Date; weekday: number }>(
      `SELECT starts_at AS "startsAt", extract(dow FROM starts_at AT TIME ZONE 'Asia/Tokyo')::int AS weekday FROM shows
       WHERE brand_id = $1 ORDER BY starts_at`,
      [staff.brandId],
    );
    expect(starts).toHaveLength(14);
    const newcomers = calendarOf(starts).map((evening) => evening.newcomers);
    const drawn = drawPurchases(options.buyers, newcomers, seededRandom(options.seed)).flat();
    expect(report.counts).toMatchObject({ shows: 14, orders: drawn.length });
    expect(report.customers).toBe(options.buyers);
    expect(lines.filter((line) => line.includes('viewers'))).toHaveLength(14);
    const { rows: byDay } = await api.database.sql<{ orders: number }>(
      `SELECT (SELECT count(*)::int FROM orders o WHERE o.show_id = s.id AND o.state = 'paid') AS orders FROM shows s
       WHERE s.brand_id = $1 ORDER BY s.starts_at`,
      [staff.brandId],
    );
    expect(byDay.map(({ orders }) => orders)).toEqual(
      starts.map((_, day) => drawn.filter((purchase) => purchase.day === day).length),
    );

    // Money, whichever way it is added up.
    expect(report.revenue).toMatchObject({ orders: drawn.length, sums: { length: 3 } });
    for (const { netAmount, differing } of report.revenue.sums) {
      expect({ netAmount, differing }).toEqual({ netAmount: report.revenue.netAmount, differing: 0 });
    }
    const findings = await findAll(api.database, api.app.get(StripeClients), true);
    expect(findings.filter(({ result }) => result !== 'holds')).toEqual([]);

    // It is the present again, and everything has happened before.
    const { rows: clock } = await api.database.sql(`SELECT 1 FROM clock_offsets WHERE ahead = interval '0'`);
    expect(clock).toHaveLength(1);
    const { rows: late } = await api.database.sql<{ late: number }>(
      `SELECT (SELECT count(*) FROM orders WHERE paid_at > now()) + (SELECT count(*) FROM interactions WHERE occurred_at > now())
            + (SELECT count(*) FROM watch_intervals WHERE ended_at > now()) + (SELECT count(*) FROM shows WHERE ended_at IS NULL) AS late`,
    );
    expect(Number(late[0]!.late)).toBe(0);
    // The shelf of the day is as it was.
    expect(await shop.level({ variantId: cup.variants[0]!.id })).toMatchObject({ on_hand: 5, reserved: 0 });

    await expect(makeHistory(api.app, owner, options, () => undefined)).rejects.toThrow('has a history of 14 shows');
  },
  PATIENCE_MS,
);
