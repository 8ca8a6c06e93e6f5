import { AsyncLocalStorage } from 'node:async_hooks';
import { jest } from '@jest/globals';
import { AppError } from '#platform/app-error';
import type { PurchaseInput } from '../../apps/api/src/checkout/place-orders.ts';
import type { Queryable } from '../../apps/api/src/database/index.ts';
import type { Api } from '../support/api.ts';
import type { Profile } from './profiles.ts';
import type { Climate } from './weather.ts';

/**
 * A defect as somebody might write it, put into the running api from outside. Each has a profile of its own under which the harness must
 * see it, by the name of the rule that breaks.
 */
export interface Mutant {
  name: string;
  /** Begins the name of the invariant or history rule that catches it. */
  caughtBy: string;
  profile: Profile;
  infect: (api: Api) => Promise<void>;
}

const still: Climate = { webhooks: {}, skies: ['calm'], everyMs: 200 };
/** Who waits for the end of their hold waits so long. */
const hasty: Climate = { webhooks: {}, skies: ['holds end'], everyMs: 1_000 };
const short = { clients: 8, people: 24, deedsEach: 5, stocks: [40, 40], endsWithKill: false };

type Sql = Queryable['sql'];

/** Puts `other` between the code and each of its statements, in and out of transactions. */
async function betweenStatements(other: (run: Sql, text: string, parameters: unknown[]) => ReturnType<Sql>) {
  const { Database, Planned, Tx } = await import('../../apps/api/src/database/index.ts');
  for (const { prototype } of [Database, Planned, Tx]) {
    const original = prototype.sql as Sql;
    jest.spyOn(prototype, 'sql').mockImplementation(function (this: Queryable, text: string, parameters = []) {
      const run = ((...args: Parameters<Sql>) => original.apply(this, args)) as Sql;
      return other(run, text, parameters) as never;
    });
  }
}

const isHoldStatement = (text: string) => text.includes('INSERT INTO holds');

export const mutants: readonly Mutant[] = [
  {
    name: 'drop-where-guard',
    caughtBy: 'invariant 1:',
    profile: { ...short, stocks: [3, 3], weights: { hold: 2, 'pay ok': 3 }, climate: still },
    async infect(api) {
      // The last fence goes with it: alone, it would hold.
      await api.database.sql(
        `ALTER TABLE stock_levels DROP CONSTRAINT stock_levels_reserved_within_on_hand,
           DROP CONSTRAINT stock_levels_on_hand_not_negative`,
      );
      await betweenStatements((run, text, parameters) =>
        run(text.replace('WHERE f.running <= level.free', '').replace('AND on_hand - reserved >= $2', ''), parameters),
      );
    },
  },
  {
    name: 'drop-unique-index',
    caughtBy: 'a viewer has one open hold of a variant',
    profile: { ...short, weights: { 'start a deal': 1, 'two holds at once': 4, release: 1 }, climate: still },
    async infect(api) {
      await api.database.sql(`DROP INDEX holds_one_open_per_variant`);
    },
  },
  {
    name: 'release-before-cancel',
    caughtBy: 'who passed the bank in time has a paid order',
    profile: { ...short, people: 16, deedsEach: 4, weights: { hold: 1, 'late at the bank': 1 }, climate: hasty },
    async infect(api) {
      const { StripeClients } = await import('../../apps/api/src/checkout/index.ts');
      const stripe = api.app.get(StripeClients).installation;
      const cancel = stripe.cancel.bind(stripe);
      jest.spyOn(stripe, 'cancel').mockImplementation(async (id) => {
        const intent = await stripe.retrieve(id);
        setTimeout(() => void cancel(id).catch(() => undefined), 1_500);
        return { ...intent, status: 'canceled' };
      });
    },
  },
  {
    name: 'ack-before-commit',
    caughtBy: 'no acknowledged hold is lost',
    profile: { ...short, weights: { hold: 3, release: 1, abandon: 1 }, climate: still },
    async infect(api) {
      let holds = 0;
      await betweenStatements(async (run, text, parameters) => {
        if (!isHoldStatement(text) || (holds += 1) % 3 !== 0) return run(text, parameters);
        const answer = { taken: null as Awaited<ReturnType<Sql>> | null };
        // The process goes down between its answer and its commit.
        await api.database.dataSource
          .transaction(async (manager) => {
            const rows = (await manager.query(text, parameters)) as Record<string, unknown>[];
            answer.taken = { rows, count: rows.length };
            throw new Error('gone');
          })
          .catch((error: Error) => {
            if (error.message !== 'gone') throw error;
          });
        return answer.taken as never;
      });
    },
  },
  {
    name: 'settle-by-event-order',
    caughtBy: 'who was told paid has a paid order',
    profile: {
      ...short,
      deedsEach: 9,
      weights: { hold: 2, decline: 2, 'pay ok': 2, refresh: 1 },
      climate: {
        ...still,
        webhooks: { reorder: true, delay_ms: 1_000, types: ['payment_intent.payment_failed'] },
      },
    },
    async infect(api) {
      const { SettlePaymentJob } = await import('../../apps/api/src/checkout/settle-payment.job.ts');
      const job = api.app.get(SettlePaymentJob);
      const settle = job.settle.bind(job);
      jest.spyOn(job, 'settle').mockImplementation(async (eventId) => {
        // What the last event says is taken for what is so.
        await api.database.sql(
          `WITH canceled AS (
             UPDATE orders o SET state = 'canceled', cancel_reason = 'payment_canceled' FROM stripe_events e
             WHERE e.id = $1 AND e.type = 'payment_intent.payment_failed'
               AND o.id = (e.payload #>> '{data,object,metadata,order_id}')::uuid
             RETURNING o.id
           ) INSERT INTO order_events (order_id, from_state, to_state, reason)
             SELECT id, 'pending', 'canceled', 'payment_failed' FROM canceled`,
          [eventId],
        );
        await settle(eventId);
      });
    },
  },
  {
    name: 'price-from-client',
    caughtBy: 'the price is the one on the shelf',
    profile: { ...short, weights: { hold: 2, 'price of my own': 3 }, climate: still },
    async infect(api) {
      const { CheckoutService } = await import('../../apps/api/src/checkout/checkout.service.ts');
      const checkout = api.app.get(CheckoutService);
      const said = new AsyncLocalStorage<number>();
      /** By the key of the press: many orders are written by one statement. */
      const saidOf = new Map<string, number>();
      const place = checkout.placeOrder.bind(checkout);
      jest.spyOn(checkout, 'placeOrder').mockImplementation(async (viewerId: string, input: PurchaseInput) => {
        try {
          return await place(viewerId, input);
        } catch (error) {
          if (!(error instanceof AppError) || error.code !== 'price_changed') throw error;
          const { totalAmount } = error.details?.totals as { totalAmount: number };
          saidOf.set(input.key, input.expectedTotalAmount);
          return said.run(input.expectedTotalAmount, () =>
            place(viewerId, { ...input, expectedTotalAmount: totalAmount }),
          );
        }
      });
      const { StripeClients } = await import('../../apps/api/src/checkout/index.ts');
      const stripe = api.app.get(StripeClients).installation;
      const pay = stripe.pay.bind(stripe);
      jest
        .spyOn(stripe, 'pay')
        .mockImplementation((id, request) => pay(id, { ...request, amount: said.getStore() ?? request.amount }));
      await betweenStatements((run, text, parameters) => {
        if (!text.includes('INSERT INTO orders (')) return run(text, parameters);
        // The snapshots of the orders are one of the parameters.
        const snapshot = parameters.findIndex((one) => typeof one === 'string' && one.includes('"total_amount"'));
        const orders = JSON.parse(parameters[snapshot] as string) as { key: string }[];
        const nothing = { shipping_amount: 0, tax_amount: 0, discount_amount: 0 };
        const changed = orders.map((order) => {
          const amount = saidOf.get(order.key);
          return amount === undefined ? order : { ...order, ...nothing, items_amount: amount, total_amount: amount };
        });
        return run(text, parameters.with(snapshot, JSON.stringify(changed)));
      });
    },
  },
  {
    name: 'refund-without-record',
    caughtBy: 'every refund at Stripe has its record',
    profile: { ...short, people: 16, deedsEach: 4, weights: { hold: 1, 'late payment': 1 }, climate: hasty },
    async infect(api) {
      const { StripeClients } = await import('../../apps/api/src/checkout/index.ts');
      const { RefundsService } = await import('../../apps/api/src/checkout/refunds.service.ts');
      const stripe = api.app.get(StripeClients).installation;
      const unwritten = new Map<string, { intentId: string; amount: number }>();
      await betweenStatements((run, text, parameters) => {
        if (!text.startsWith('INSERT INTO refunds')) return run(text, parameters);
        const [id, , intentId, amount] = parameters;
        unwritten.set(id as string, { intentId: intentId as string, amount: Number(amount) });
        return Promise.resolve({ rows: [], count: 1 }) as never;
      });
      const refunded = new Set<string>();
      jest.spyOn(api.app.get(RefundsService), 'carryOut').mockImplementation(async (id) => {
        const { intentId, amount } = unwritten.get(id)!;
        if (refunded.has(intentId)) return;
        refunded.add(intentId);
        await stripe.refund(id, intentId, amount, 1);
      });
    },
  },
  {
    name: 'restock-twice',
    caughtBy: 'the shelf has what was put up, less what is sold, and what staff put back once',
    profile: { ...short, deedsEach: 8, weights: { hold: 2, 'pay ok': 3, restock: 4 }, climate: still },
    async infect(api) {
      // A press that is repeated is not known again. What no constraint forbids must be seen by its outcome.
      await api.database.sql(`DROP INDEX order_events_key_once`);
      await api.database.sql(`ALTER TABLE stock_movements DROP CONSTRAINT stock_movements_once`);
      await betweenStatements((run, text, parameters) =>
        run(text.replace(`kind = 'restock' AND details ->> 'key' = $2`, `kind = 'restock' AND $2 = ''`), parameters),
      );
    },
  },
];
