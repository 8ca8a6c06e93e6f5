import { surveyValue, type SurveyKind } from '#contracts/surveys';
import { fitBgNbd } from '#insight/bg-nbd';
import { summarise, type Purchase } from '#insight/customer-summary';
import { fitGammaGamma } from '#insight/gamma-gamma';
import type { Fit } from '#insight/maximum-likelihood';
import type { Database } from '../database/index.ts';
import type { SurveysService } from '../engagement/index.ts';
import { referralFigures, type InsightsService } from '../insights/index.ts';
import type { Invited } from './invitations.ts';
import type { Told } from './opinions.ts';
import { TRUE_PURCHASES, TRUE_SPEND } from './truth.ts';

/** A parameter as it was, and as the ledger lets one estimate it. */
export interface Estimate {
  name: string;
  truth: number;
  fitted: number;
  /** Null where the customers do not tell. */
  standardError: number | null;
  isNear: boolean;
}

/** The brand's revenue added up in one way, and how many of the parts are not what the orders say. */
export interface Sum {
  by: string;
  parts: number;
  netAmount: number;
  differing: number;
}

/** What was answered of a kind, as the shop adds it up: beside what it should be by what the crowd thinks. */
export interface Voice extends Estimate {
  answers: number;
  /** Every answer that was given is there, and no other. */
  isWhole: boolean;
}

/** People whom share links brought: as driven, and as the shop finds them. */
export interface Brought {
  visitors: number;
  newVisitors: number;
  referredFirstOrders: number;
}

const NEAR_ERRORS = 3;
const DAY_ZERO = '2000-01-01';

/** Fits both models to the paid orders, by the person who paid, as the brand's own forecast does. */
export async function estimates(
  database: Database,
  brandId: string,
): Promise<{ customers: number; estimates: Estimate[] }> {
  const { rows } = await database.sql<{ customer: string; day: number; amount: string; until: number }>(
    `SELECT o.person_id AS customer, (o.paid_at AT TIME ZONE b.time_zone)::date - date '${DAY_ZERO}' AS day, sum(o.net_amount) AS amount,
            (engawa_now() AT TIME ZONE b.time_zone)::date - 1 - date '${DAY_ZERO}' AS until
     FROM paid_orders o JOIN brands b ON b.id = o.brand_id WHERE o.brand_id = $1 AND o.net_amount > 0 GROUP BY 1, 2, 4`,
    [brandId],
  );
  const purchases = rows.map(({ customer, day, amount }): Purchase => ({ customer, day, amount: Number(amount) }));
  const summaries = summarise(purchases, rows[0]?.until ?? 0);
  return {
    customers: summaries.length,
    estimates: [...compare(TRUE_PURCHASES, fitBgNbd(summaries)), ...compare(TRUE_SPEND, fitGammaGamma(summaries))],
  };
}

function compare<Name extends string>(truth: Record<Name, number>, fit: Fit<Name>): Estimate[] {
  return (Object.keys(truth) as Name[]).map((name) => {
    const fitted = fit.parameters[name];
    const standardError = fit.standardErrors?.[name] ?? null;
    const isNear = standardError !== null && Math.abs(fitted - truth[name]) <= NEAR_ERRORS * standardError;
    return { name, truth: truth[name], fitted, standardError, isNear };
  });
}

/** Answers by what the shop finds, wave by wave, and by what people were made to think. */
export async function voices(surveys: SurveysService, brandId: string, told: Map<SurveyKind, Told>): Promise<Voice[]> {
  const { surveys: waves } = await surveys.results(brandId, {});
  return [...told].map(([kind, { counts, expected, variance }]) => {
    const found = counts.map((_, place) =>
      waves.reduce((sum, wave) => sum + (wave.kind === kind ? wave.counts[place]! : 0), 0),
    );
    const answers = counts.reduce((sum, count) => sum + count, 0);
    const [truth, standardError] = [expected / answers, Math.sqrt(variance) / answers];
    const fitted = surveyValue(kind, found) ?? NaN;
    return {
      ...{ name: kind, truth, fitted, standardError, answers },
      isNear: answers === 0 || Math.abs(fitted - truth) <= NEAR_ERRORS * standardError,
      isWhole: counts.every((count, place) => count === found[place]),
    };
  });
}

/** Since for ever. */
export async function brought(
  database: Database,
  brandId: string,
  invited: Invited,
): Promise<{ driven: Brought; found: Brought; kFactor: number | null; isWhole: boolean }> {
  const window = { brandId, from: '2000-01-01T00:00:00Z', to: new Date().toISOString() };
  const { visitors, newVisitors, referredFirstOrders, kFactor } = await referralFigures(database, window);
  const found = { visitors, newVisitors, referredFirstOrders };
  const driven = {
    visitors: invited.visitors.size,
    newVisitors: invited.fresh.size,
    referredFirstOrders: invited.bought.size,
  };
  const isWhole = Object.entries(driven).every(([name, count]) => found[name as keyof Brought] === count);
  return { driven, found, kFactor, isWhole };
}

/** What the orders of the brand brought, refunds taken off, and the same by show, person and product as dashboards have it. */
export async function revenue(
  database: Database,
  insights: InsightsService,
  brandId: string,
): Promise<{ orders: number; netAmount: number; sums: Sum[] }> {
  const { rows: ledger } = await database.sql<{ orders: number; net: string }>(
    `SELECT count(*)::int AS orders, COALESCE(sum(o.total_amount - COALESCE(r.amount, 0)), 0) AS net FROM orders o
     LEFT JOIN (SELECT order_id, sum(amount) AS amount FROM refunds WHERE kind <> 'late' AND failure IS NULL GROUP BY 1) r ON r.order_id = o.id
     WHERE o.brand_id = $1 AND o.state IN ('paid', 'refunded')`,
    [brandId],
  );
  const { rows: shows } = await database.sql<{ id: string; net: string }>(
    `SELECT s.id, COALESCE(sum(o.net_amount), 0) AS net FROM shows s LEFT JOIN paid_orders o ON o.show_id = s.id
     WHERE s.brand_id = $1 GROUP BY 1`,
    [brandId],
  );
  const byShow: Sum = { by: 'show', parts: shows.length, netAmount: 0, differing: 0 };
  for (const { id, net } of shows) {
    const { netAmount } = await insights.show(brandId, id);
    byShow.netAmount += netAmount;
    if (netAmount !== Number(net)) byShow.differing += 1;
  }
  const { rows: persons } = await database.sql<SumRow>(
    // The log's rows by who they are found to be now, against the orders.
    `WITH logged AS (
       SELECT COALESCE(l.person_id, i.subject_id) AS id, sum(CASE i.name WHEN 'Order Completed' THEN i.amount ELSE -i.amount END) AS net
       FROM interactions i LEFT JOIN person_links l ON l.brand_id = i.brand_id AND l.subject_id = i.subject_id
       WHERE i.brand_id = $1 AND i.source = 'ledger' AND i.name IN ('Order Completed', 'Order Refunded') GROUP BY 1
     ), ordered AS (SELECT person_id AS id, sum(net_amount) AS net FROM paid_orders WHERE brand_id = $1 GROUP BY 1)
     SELECT 'person' AS by, count(*)::int AS parts, sum(l.net) AS net, count(*) FILTER (WHERE l.net IS DISTINCT FROM o.net)::int AS differing
     FROM logged l FULL JOIN ordered o USING (id)`,
    [brandId],
  );
  const { rows: products } = await database.sql<SumRow>(
    // Coupons, taxes and refunds are shared out among the lines of an order and its shipping: together they are the order again.
    `WITH by_order AS (SELECT order_id, sum(net_amount) AS net FROM paid_lines WHERE brand_id = $1 GROUP BY 1)
     SELECT 'product' AS by, (SELECT count(DISTINCT product_id)::int FROM paid_lines WHERE brand_id = $1) AS parts, sum(l.net) AS net,
            count(*) FILTER (WHERE l.net IS DISTINCT FROM o.net_amount)::int AS differing
     FROM by_order l FULL JOIN (SELECT * FROM paid_orders WHERE brand_id = $1) o ON o.order_id = l.order_id`,
    [brandId],
  );
  const { orders, net } = ledger[0]!;
  return { orders, netAmount: Number(net), sums: [byShow, ...[...persons, ...products].map(sumOf)] };
}

interface SumRow {
  by: string;
  parts: number;
  net: string | null;
  differing: number;
}
const sumOf = ({ net, ...row }: SumRow): Sum => ({ ...row, netAmount: Number(net ?? 0) });
