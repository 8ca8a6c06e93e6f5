import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { calendarOf } from '../../apps/api/src/demo-history/calendar.ts';
import { drawPurchases } from '../../apps/api/src/demo-history/truth.ts';
import { sourcesApi } from '#contracts/sources';
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

    // At a store, on the day after, or never.
    const { rows: vouchers } = await api.database.sql<{ state: string; orders: number; days: number; held: number }>(
      `SELECT o.state, count(*)::int AS orders, COALESCE(max(abs((o.paid_at AT TIME ZONE 'Asia/Tokyo')::date - (o.placed_at AT TIME ZONE 'Asia/Tokyo')::date - 1)), 0)::int AS days,
              (SELECT count(*)::int FROM holds h JOIN orders of ON of.id = h.order_id
               WHERE of.state = o.state AND of.payment_method = 'konbini' AND h.state IN ('active', 'attached')) AS held
       FROM orders o WHERE o.brand_id = $1 AND o.payment_method = 'konbini' GROUP BY 1`,
      [staff.brandId],
    );
    const inState = (state: string) => vouchers.find((one) => one.state === state);
    expect(inState('paid')).toEqual({ state: 'paid', orders: report.counts.paidAtStore, days: 0, held: 0 });
    expect(inState('canceled')).toEqual({ state: 'canceled', orders: report.counts.lapsed, days: 0, held: 0 });
    expect(Math.min(report.counts.paidAtStore, report.counts.lapsed)).toBeGreaterThan(0);
    const { rows: open } = await api.database.sql<{ stale: number }>(
      `SELECT count(*)::int AS stale FROM orders WHERE brand_id = $1 AND state = 'pending' AND (pay_by < now() - interval '2 hours' OR pay_by IS NULL)`,
      [staff.brandId],
    );
    expect(open).toEqual([{ stale: 0 }]);

    // Every answer that was given is found again, by the shop's own figures.
    for (const voice of report.voices) expect(voice).toMatchObject({ isWhole: true, isNear: true });
    expect(report.voices.map(({ name, answers }) => [name, answers > 0])).toEqual([
      ['nps', true],
      ['csat', true],
      ['stars', true],
    ]);
    const { rows: moments } = await api.database.sql<{
      moment: string;
      kinds: string;
      asked: number;
      answered: number;
    }>(
      `SELECT s.moment, string_agg(DISTINCT s.kind, ' ' ORDER BY s.kind) AS kinds, count(a.subject_id)::int AS asked,
              count(n.subject_id)::int AS answered
       FROM surveys s JOIN survey_asks a ON a.survey_id = s.id
       LEFT JOIN survey_answers n ON n.survey_id = a.survey_id AND n.subject_id = a.subject_id
       WHERE s.brand_id = $1 GROUP BY 1 ORDER BY 1`,
      [staff.brandId],
    );
    expect(moments.map(({ moment, kinds }) => [moment, kinds])).toEqual([
      ['delivered', 'nps'],
      ['leave', 'csat'],
      ['room', 'csat nps stars'],
    ]);
    for (const { asked, answered } of moments) {
      expect(answered).toBeGreaterThan(0);
      expect(asked).toBeGreaterThan(answered);
    }
    const answered = report.voices.reduce((sum, { answers }) => sum + answers, 0);
    expect(moments.reduce((sum, one) => sum + one.answered, 0)).toBe(answered);

    // Who was invited is found, and nobody else.
    const { driven, found, isWhole } = report.referral;
    expect({ found, isWhole }).toEqual({ found: driven, isWhole: true });
    expect(driven.newVisitors).toBeGreaterThan(0);
    expect(driven.visitors).toBeGreaterThanOrEqual(driven.newVisitors);
    const { rows: links } = await api.database.sql<{ channel: string; clicks: number; sessions: number }>(
      `SELECT l.channel, (SELECT COALESCE(sum(d.clicks), 0)::int FROM tracked_link_days d WHERE d.code = ANY(array_agg(l.code))) AS clicks,
              (SELECT count(*)::int FROM visits v WHERE v.brand_id = $1 AND v.context -> 'campaign' ->> 'source' = l.channel) AS sessions
       FROM tracked_links l WHERE l.brand_id = $1 GROUP BY 1 ORDER BY 1`,
      [staff.brandId],
    );
    expect(links.map(({ channel }) => channel)).toEqual(['mail', 'social']);
    for (const { clicks, sessions } of links) expect(sessions).toBe(clicks);

    // An order is credited to the session in which it was placed, wherever and whenever it was paid.
    for (const [day, { startsAt }] of starts.entries()) {
      const window = {
        from: new Date(startsAt.getTime() - 3_600_000).toISOString(),
        to: new Date(startsAt.getTime() + 3 * 3_600_000).toISOString(),
      };
      const { sources } = await api.call(sourcesApi.read, window, staff);
      expect(sources.reduce((sum, { orders }) => sum + orders, 0)).toBe(byDay[day]!.orders);
    }

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
    // The shelf of the day is as it was, beside what waits for its payment at a store.
    const level = await shop.level({ variantId: cup.variants[0]!.id });
    const { rows: waiting } = await api.database.sql<{ quantity: number }>(
      `SELECT COALESCE(sum(h.quantity), 0)::int AS quantity FROM holds h JOIN orders o ON o.id = h.order_id
       WHERE h.variant_id = $1 AND o.state = 'pending' AND o.pay_by > now()`,
      [cup.variants[0]!.id],
    );
    expect(level).toEqual({ on_hand: 5 + waiting[0]!.quantity, reserved: waiting[0]!.quantity });

    await expect(makeHistory(api.app, owner, options, () => undefined)).rejects.toThrow('has a history of 14 shows');
  },
  PATIENCE_MS,
);
