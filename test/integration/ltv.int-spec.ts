import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ltvApi, type LtvReport } from '#contracts/ltv';
import { overviewApi } from '#contracts/overview';
import { drawPurchaseTimes, drawSpender, seededRandom } from '#insight/simulate';
import { codeOf, eventually, startApi, type Api, type Staff } from '../support/api.ts';

const DAY = 86_400_000;
const TOKYO = 9 * 3_600_000;

let api: Api;
let owner: Staff;
let showId: string;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(async () => {
  owner = await api.staff();
  showId = (await api.show(owner, [(await api.product(owner)).id])).id;
});
afterAll(() => api.stop());

interface Bought {
  viewer: string;
  at: number;
  amount: number;
  refunded?: number;
}

/** The ledger's own rows, at any time of the past. */
async function bought(orders: Bought[]): Promise<void> {
  const viewers = [...new Set(orders.map(({ viewer }) => viewer))];
  await api.database.sql(`INSERT INTO viewers (id) SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING`, [viewers]);
  await api.database.sql(
    `INSERT INTO orders (id, brand_id, show_id, viewer_id, key, number, state, currency, items_amount, shipping_amount, tax_amount, total_amount,
       brand_name, email, name, phone, address, placed_at, paid_at, refunded_amount)
     SELECT id, $1, $2, viewer, id::text, id::text, 'paid', 'JPY', amount, 0, 0, amount, 'b', 'a@example.jp', 'n', '', '{}', at, at, refunded
     FROM unnest($3::uuid[], $4::uuid[], $5::timestamptz[], $6::bigint[], $7::bigint[]) AS o (id, viewer, at, amount, refunded)`,
    [
      ...[owner.brandId, showId, orders.map(() => randomUUID()), orders.map(({ viewer }) => viewer)],
      ...[orders.map(({ at }) => new Date(at).toISOString()), orders.map(({ amount }) => amount)],
      orders.map(({ refunded = 0 }) => refunded),
    ],
  );
}

/** Customers who behave as the models suppose, with parameters that are known. */
function crowd(customers: number, weeks: number, seed = 11): Bought[] {
  const random = seededRandom(seed);
  // From a midnight of the brand's, so that the same days come out at any time of the day.
  const start = Math.floor((Date.now() + TOKYO) / DAY) * DAY - TOKYO - weeks * 7 * DAY;
  return Array.from({ length: customers }, () => {
    const viewer = randomUUID();
    const first = random() * (weeks - 1);
    const spends = drawSpender({ p: 6, q: 4, v: 15_000 }, random);
    const times = [0, ...drawPurchaseTimes({ r: 0.8, alpha: 5, a: 0.8, b: 2.5 }, weeks - first, random)];
    return times.map((time) => ({ viewer, at: start + (first + time) * 7 * DAY, amount: Math.round(spends()) }));
  }).flat();
}

async function fit(staff = owner): Promise<LtvReport> {
  await api.call(ltvApi.fit, {}, staff);
  return fitted(staff);
}
const fitted = (staff = owner) =>
  eventually(async () => {
    const report = await api.call(ltvApi.read, {}, staff);
    return report.fitting ? null : report;
  });
const forecasts = async () => {
  const { rows } = await api.database.sql<{ person_id: string; p_alive: number; predicted: number }>(
    `SELECT person_id, p_alive, predicted_amount::float8 AS predicted FROM person_values WHERE brand_id = $1`,
    [owner.brandId],
  );
  return rows;
};

it('says what is missing, and forecasts nobody', async () => {
  await bought([{ viewer: randomUUID(), at: Date.now() - 10 * DAY, amount: 5_000 }]);
  const { model } = await fit();
  expect(model).toMatchObject({ customers: 1, repeatCustomers: 0, meanPAlive: null, predictedAmount: null });
  expect(model?.diagnostics).toEqual({ enough: false, reason: 'customers', needed: 100, found: 1 });
  expect(await forecasts()).toEqual([]);
});

describe('with enough data', () => {
  it('finds the parameters by which customers buy, and says how it did on the past', async () => {
    const orders = crowd(900, 40);
    await bought(orders);
    const { model, earlier } = await fit();
    const { diagnostics } = model!;
    if (!diagnostics.enough || !diagnostics.backTest.enough) throw new Error(JSON.stringify(diagnostics));
    const truth: Record<string, number> = { r: 0.8, alpha: 5, a: 0.8, b: 2.5 };
    for (const [name, value] of Object.entries(diagnostics.purchases.parameters)) {
      expect(Math.abs(value - truth[name]!)).toBeLessThan(3 * diagnostics.purchases.standardErrors![name]!);
    }
    expect(model!.customers).toBe(900);
    expect(diagnostics.backTest.holdoutWeeks).toBeGreaterThan(10);
    expect(Math.abs(diagnostics.backTest.total.purchasesError!)).toBeLessThan(0.2);
    expect(earlier).toEqual([]);

    const rows = await forecasts();
    expect(rows).toHaveLength(900);
    expect(rows.every(({ p_alive }) => p_alive >= 0 && p_alive <= 1)).toBe(true);
    expect(rows.reduce((sum, { predicted }) => sum + predicted, 0)).toBe(model!.predictedAmount);
    const { now } = await api.call(overviewApi.read, {}, owner);
    expect(now.forecast).toMatchObject({ part: model!.predictedAmount, whole: 900 });
    expect(now.churnByModel).toBeCloseTo(1 - model!.meanPAlive!, 12);

    // Money of next year counts less: a higher rate, a lower forecast, in a version of its own.
    const saved = { marginBp: 4_000, discountBp: 3_000 };
    await api.call(ltvApi.saveSettings, saved, owner);
    const later = await fitted();
    expect(later.settings).toEqual(saved);
    expect(later.model!.predictedAmount).toBeLessThan(model!.predictedAmount!);
    expect(later.earlier.map(({ id }) => id)).toEqual([model!.id]);
    expect(await forecasts()).toHaveLength(900);
    const { margin, value } = (await api.call(overviewApi.read, { compare: 'year' }, owner)).now;
    expect(margin!.value).toBeCloseTo(value.value! * 0.4, 6);
  });

  it('knows persons, whole days, and nothing of what went back', async () => {
    const orders = crowd(300, 30, 5);
    const [one, two, back] = [randomUUID(), randomUUID(), randomUUID()];
    const today = { viewer: randomUUID(), at: Date.now(), amount: 9_000 };
    await bought([
      ...orders,
      { viewer: one, at: Date.now() - 100 * DAY, amount: 4_000 },
      { viewer: two, at: Date.now() - 50 * DAY, amount: 4_000 },
      { viewer: back, at: Date.now() - 50 * DAY, amount: 4_000, refunded: 4_000 },
      today,
    ]);
    const person = randomUUID();
    await api.database.sql(`INSERT INTO persons (id, brand_id) VALUES ($1, $2)`, [person, owner.brandId]);
    for (const subject of [one, two]) {
      await api.database.sql(
        `INSERT INTO identity_links (id, brand_id, subject_id, person_id, state, source) VALUES ($1, $2, $3, $4, 'proven', 'code')`,
        [randomUUID(), owner.brandId, subject, person],
      );
    }
    const { model } = await fit();
    expect(model!.customers).toBe(301);
    const ids = new Set((await forecasts()).map(({ person_id }) => person_id));
    expect([person, one, two, back, today.viewer].map((id) => ids.has(id))).toEqual([true, false, false, false, false]);
  });
});

it('is of one brand, for those who may', async () => {
  await bought([{ viewer: randomUUID(), at: Date.now() - 10 * DAY, amount: 5_000 }]);
  await fit();
  const other = await api.staff();
  expect((await api.call(ltvApi.read, {}, other)).model).toBeNull();
  const marketer = await api.staff('marketer', owner.brandId);
  expect((await fit(marketer)).model?.customers).toBe(1);
  const settings = { marginBp: null, discountBp: 500 };
  expect(await codeOf(api.call(ltvApi.saveSettings, settings, marketer))).toBe('forbidden');
  expect(await codeOf(api.call(ltvApi.saveSettings, { ...settings, discountBp: 10_001 }, owner))).toBe(
    'invalid_request',
  );
  const moderator = await api.staff('moderator', owner.brandId);
  expect(await codeOf(api.call(ltvApi.read, {}, moderator))).toBe('forbidden');
});
