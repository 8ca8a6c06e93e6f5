import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import type { Purchase } from '#insight/customer-summary';
import { Database, Jobs, type Tx } from '../../database/index.ts';
import type { Forecast, ForecastInput } from './forecast.ts';
import { ValueModel } from './value.entity.ts';

const FIRST_SECONDS = 30;
const EVERY_SECONDS = 3_600;
export const DEFAULT_DISCOUNT_BP = 1_000;
/** Days are counted from here. */
const DAY_ZERO = '2000-01-01';

export const fitKey = (brandId: string) => `fit-values:${brandId}`;

/** Forecasts the customers of each brand anew when a day of its zone is over, and when somebody asks. */
@Injectable()
export class FitValuesJob implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
  ) {}

  onModuleInit(): void {
    this.jobs.register('plan-value-fits', () => this.#planDue());
    this.jobs.register('fit-values', (payload) => this.fit((payload as { brandId: string }).brandId));
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.database.transaction((tx) => this.#planAgain(tx, FIRST_SECONDS));
  }

  async ask(brandId: string): Promise<void> {
    await this.database.transaction((tx) => this.#add(tx, brandId));
  }

  /** Reads, computes in a thread of its own, and writes: a show that runs meanwhile does not notice. */
  async fit(brandId: string): Promise<void> {
    const began = performance.now();
    const { input, observedUntil } = await this.#read(brandId);
    const result = await compute(input);
    await this.database.transaction((tx) => keep(tx, brandId, observedUntil, result, performance.now() - began));
  }

  async #planDue(): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.#planAgain(tx, EVERY_SECONDS);
      const { rows } = await tx.sql<{ id: string }>(
        `SELECT b.id FROM brands b WHERE NOT EXISTS (
           SELECT FROM value_models m
           WHERE m.brand_id = b.id AND m.observed_until >= (engawa_now() AT TIME ZONE b.time_zone)::date - 1)`,
      );
      for (const { id } of rows) await this.#add(tx, id);
    });
  }

  async #planAgain(tx: Tx, delaySeconds: number): Promise<void> {
    await tx.addJob('plan-value-fits', {}, { delaySeconds, key: 'plan-value-fits' });
  }

  async #add(tx: Tx, brandId: string): Promise<void> {
    await tx.addJob('fit-values', { brandId }, { key: fitKey(brandId), lane: 'fit-values' });
  }

  /** Whole days only. An order of which nothing is left is no purchase. */
  async #read(brandId: string): Promise<{ input: ForecastInput; observedUntil: string }> {
    const { rows: brands } = await this.database.sql<{ until: string; until_day: number; discount_bp: number }>(
      `SELECT until::text, until - date '${DAY_ZERO}' AS until_day, discount_bp FROM (
         SELECT (engawa_now() AT TIME ZONE b.time_zone)::date - 1 AS until, COALESCE(s.discount_bp, ${DEFAULT_DISCOUNT_BP}) AS discount_bp
         FROM brands b LEFT JOIN value_settings s ON s.brand_id = b.id WHERE b.id = $1) known`,
      [brandId],
    );
    const { until, until_day, discount_bp } = brands[0]!;
    const { rows } = await this.database.transaction(async (tx) => {
      await tx.sql(`SET LOCAL statement_timeout = '5min'`);
      return tx.sql<{ customer: string; day: number; amount: string }>(
        `SELECT o.person_id AS customer, (o.paid_at AT TIME ZONE b.time_zone)::date - date '${DAY_ZERO}' AS day, sum(o.net_amount) AS amount
       FROM paid_orders o JOIN brands b ON b.id = o.brand_id
       WHERE o.brand_id = $1 AND o.net_amount > 0 AND o.paid_at < ($2::date + 1)::timestamp AT TIME ZONE b.time_zone GROUP BY 1, 2`,
        [brandId, until],
      );
    });
    const purchases = rows.map(({ customer, day, amount }): Purchase => ({ customer, day, amount: Number(amount) }));
    return { input: { purchases, until: until_day, discountBp: discount_bp }, observedUntil: until };
  }
}

async function compute(workerData: ForecastInput): Promise<Forecast> {
  const worker = new Worker(new URL('./forecast.worker.ts', import.meta.url), { workerData });
  const [result] = (await once(worker, 'message')) as [Forecast];
  return result;
}

/** The forecasts of persons are always those of the brand's last model: one that came to nothing leaves none behind. */
async function keep(
  tx: Tx,
  brandId: string,
  observedUntil: string,
  { customers, repeatCustomers, diagnostics, persons }: Forecast,
  durationMs: number,
): Promise<void> {
  const id = uuid();
  const fitted = diagnostics.enough;
  const total = (key: 'pAlive' | 'predictedAmount') => persons.reduce((sum, person) => sum + person[key], 0);
  // One who comes in between two fits of a brand would leave persons of both.
  await tx.sql(`SELECT FROM brands WHERE id = $1 FOR NO KEY UPDATE`, [brandId]);
  await tx.repository(ValueModel).insert({
    id,
    brandId,
    outcome: fitted ? 'fitted' : 'not_enough_data',
    observedUntil,
    customers,
    repeatCustomers,
    meanPAlive: fitted ? total('pAlive') / persons.length : null,
    predictedAmount: fitted ? total('predictedAmount') : null,
    diagnostics,
    durationMs: Math.round(durationMs),
  });
  await tx.sql(`DELETE FROM person_values WHERE brand_id = $1`, [brandId]);
  await tx.sql(
    `INSERT INTO person_values (brand_id, person_id, model_id, p_alive, expected_orders, expected_order_amount, predicted_amount)
     SELECT $1, person_id, $2, p_alive, expected_orders, expected_order_amount, predicted_amount
     FROM unnest($3::uuid[], $4::float8[], $5::float8[], $6::bigint[], $7::bigint[])
       AS p (person_id, p_alive, expected_orders, expected_order_amount, predicted_amount)`,
    [
      brandId,
      id,
      persons.map(({ personId }) => personId),
      persons.map(({ pAlive }) => pAlive),
      persons.map(({ expectedOrders }) => expectedOrders),
      persons.map(({ expectedOrderAmount }) => expectedOrderAmount),
      persons.map(({ predictedAmount }) => predictedAmount),
    ],
  );
}
