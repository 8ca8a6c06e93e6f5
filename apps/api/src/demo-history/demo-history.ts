import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { config } from '#platform/config';
import type { Actor } from '../accounts/index.ts';
import { Database } from '../database/index.ts';
import { SurveysService } from '../engagement/index.ts';
import { FitValuesJob, InsightsService } from '../insights/index.ts';
import { brought, estimates, revenue, voices, type Brought, type Estimate, type Sum, type Voice } from './findings.ts';
import { History, HISTORY_SLUG, type HistoryCounts, type HistoryOptions } from './history.ts';

export interface HistoryReport {
  counts: HistoryCounts;
  customers: number;
  estimates: Estimate[];
  voices: Voice[];
  referral: { driven: Brought; found: Brought; kFactor: number | null; isWhole: boolean };
  revenue: { orders: number; netAmount: number; sums: Sum[] };
}

const JOBS_PATIENCE_MS = 180_000;

/**
 * Makes a brand weeks of history, unless it has one, and compares what can be read from it with what is true.
 * @param app started, and listening where the stand-in for Stripe sends its webhooks
 * @throws Error where the money is real, and for a brand that has such a history already
 */
export async function makeHistory(
  app: INestApplicationContext,
  owner: Actor,
  options: HistoryOptions,
  report: (line: string) => void,
): Promise<HistoryReport> {
  const database = app.get(Database);
  if (!config.stripe.apiUrl)
    throw new Error('demo-history: only with the stand-in for Stripe (unset STRIPE_SECRET_KEY)');
  await refuseSecond(database, owner.brandId);
  const { counts, told, invited } = await new History(app, owner, options, report).play();
  await jobsDone(database);
  report('fitting the models');
  await app.get(FitValuesJob).fit(owner.brandId);
  return {
    counts,
    ...(await estimates(database, owner.brandId)),
    voices: await voices(app.get(SurveysService), owner.brandId, told),
    referral: await brought(database, owner.brandId, invited),
    revenue: await revenue(database, app.get(InsightsService), owner.brandId),
  };
}

/** Who holds the shows of a brand: its host, or its owner. @throws Error for a brand that is not */
export async function hostOf(database: Database, slug: string): Promise<Actor> {
  const { rows } = await database.sql<Omit<Actor, 'sessionId'>>(
    `SELECT m.id AS "memberId", m.brand_id AS "brandId", m.role, m.name FROM members m JOIN brands b ON b.id = m.brand_id
     WHERE b.slug = $1 AND m.role IN ('owner', 'host') AND m.disabled_at IS NULL ORDER BY m.role = 'host' DESC LIMIT 1`,
    [slug],
  );
  if (!rows[0]) throw new Error(`demo-history: there is no brand ${slug}`);
  return { ...rows[0], sessionId: '' };
}

/** True and found, a line each. */
function tableOf(found: Estimate[], what: string): string[] {
  const cells = found.map(({ name, truth, fitted, standardError, isNear }) => [
    name,
    ...[truth, fitted, standardError ?? NaN].map((value) => value.toPrecision(4)),
    isNear ? 'within 3 standard errors' : 'NOT within 3 standard errors',
  ]);
  return [['', 'true', what, 's.e.', ''], ...cells].map(
    ([name, ...figures]) =>
      `  ${name!.padEnd(6)}${figures
        .slice(0, 3)
        .map((one) => one.padStart(10))
        .join('')}   ${figures[3]}`,
  );
}

export function historyLines({ counts, customers, estimates, voices, referral, revenue }: HistoryReport): string[] {
  const answers = voices.map(({ name, answers, isWhole }) => `${answers} ${name}${isWhole ? '' : ' (NOT all there)'}`);
  const { driven, found, kFactor } = referral;
  const people = ({ visitors, newVisitors, referredFirstOrders }: Brought) =>
    `${visitors} people, ${newVisitors} of them new, ${referredFirstOrders} with a first order`;
  const yen = (amount: number) => amount.toLocaleString('en');
  const sums = revenue.sums.map(({ by, parts, netAmount, differing }) => {
    const equal = netAmount === revenue.netAmount && differing === 0;
    const verdict = equal ? 'equal' : `NOT equal, ${differing} differ`;
    return `  by ${by.padEnd(8)} ${yen(netAmount).padStart(14)}   ${verdict} (${parts})`;
  });
  return [
    `${Object.entries(counts)
      .map(([name, value]) => `${value} ${name}`)
      .join(', ')}`,
    '',
    `How often people buy (r, alpha, a, b; weeks) and how much they spend (p, q, v; yen), of ${customers} customers:`,
    ...tableOf(estimates, 'fitted'),
    '',
    `What was answered (share of 9 and 10 less that of 0 to 6; share of 4 and 5; mean), of ${answers.join(', ')}:`,
    ...tableOf(voices, 'found'),
    '',
    `By share links came ${people(found)}; K ${kFactor?.toFixed(3) ?? '-'}`,
    `  ${referral.isWhole ? 'all of whom were driven' : `NOT those who were driven: ${people(driven)}`}`,
    '',
    `Revenue of ${revenue.orders} orders, refunds taken off:`,
    `  the ledger  ${yen(revenue.netAmount).padStart(14)}`,
    ...sums,
  ];
}

export const isTrue = ({ estimates, voices, referral, revenue }: HistoryReport): boolean =>
  [...estimates, ...voices].every(({ isNear }) => isNear) &&
  voices.every(({ isWhole }) => isWhole) &&
  referral.isWhole &&
  revenue.sums.every(({ netAmount, differing }) => differing === 0 && netAmount === revenue.netAmount);

async function refuseSecond(database: Database, brandId: string): Promise<void> {
  const { rows } = await database.sql<{ shows: number; cut: boolean }>(
    `SELECT count(*)::int AS shows, bool_or(state <> 'ended') AS cut FROM shows WHERE brand_id = $1 AND starts_with(slug, $2)`,
    [brandId, HISTORY_SLUG],
  );
  const { shows, cut } = rows[0]!;
  if (shows > 0) {
    throw new Error(
      `demo-history: this brand has a history of ${shows} shows${cut ? ', which was cut off,' : ''} already. For another one, take another ENGAWA_DATA_DIR`,
    );
  }
}

/** Mails written, webhooks worked off, refunds carried out: all that is due. */
async function jobsDone(database: Database): Promise<void> {
  const until = performance.now() + JOBS_PATIENCE_MS;
  for (;;) {
    const { rows } = await database.sql(
      `SELECT 1 FROM graphile_worker.jobs WHERE (run_at <= now() OR locked_at IS NOT NULL) AND attempts < max_attempts LIMIT 1`,
    );
    if (rows.length === 0) return;
    if (performance.now() > until) throw new Error('demo-history: the jobs of the history do not end');
    await sleep(200);
  }
}
