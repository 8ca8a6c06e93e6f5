import type { History, KnownOrder, Violation } from './history.ts';
import type { Ledger, OrderRow } from './ledger.ts';
import type { Shelf } from './stage.ts';

interface Rule {
  name: string;
  violations: (history: History, ledger: Ledger, shelf: Shelf) => string[];
}

const isPaid = (order: OrderRow | undefined) => order?.state === 'paid' || order?.state === 'refunded';

/** What clients were told, held against the tables and Stripe's books after everything came to rest. */
const rules: readonly Rule[] = [
  {
    name: 'no acknowledged hold is lost',
    violations: ({ holds }, ledger) =>
      [...holds].flatMap(([id, told]) => {
        const row = ledger.holds.get(id);
        if (!row || row.viewer_id !== told.viewerId) return [`hold ${id}: unknown here`];
        const same = row.variant_id === told.variantId && row.quantity === told.quantity;
        return told.certain && !same ? [`hold ${id}: told ${told.quantity}, has ${row.quantity}`] : [];
      }),
  },
  {
    name: 'what a buyer gave back is free',
    violations: ({ holds }, ledger) =>
      [...holds]
        .filter(([id, told]) => told.released && !told.pressed && ledger.holds.get(id)?.state !== 'released')
        .map(([id]) => `hold ${id}: ${ledger.holds.get(id)?.state ?? 'unknown here'}`),
  },
  {
    name: 'no acknowledged order is lost',
    violations: ({ orders }, ledger) =>
      [...orders].flatMap(([id, { order, viewerId }]) => {
        const row = ledger.orders.get(id);
        if (!row || row.viewer_id !== viewerId) return [`order ${id}: unknown here`];
        const total = order.totals.totalAmount;
        return row.total_amount === total ? [] : [`order ${id}: told ${total}, has ${row.total_amount}`];
      }),
  },
  {
    name: 'who was told paid has a paid order',
    violations: ({ orders }, ledger) =>
      [...orders.values()]
        .filter(({ order, told }) => told.has('paid') && !isPaid(ledger.orders.get(order.id)))
        .map(({ order }) => `order ${order.id}: ${ledger.orders.get(order.id)?.state}`),
  },
  {
    name: 'who was told canceled has no paid order',
    violations: ({ orders }, ledger) =>
      [...orders.values()]
        .filter(({ order, told }) => told.has('canceled') && isPaid(ledger.orders.get(order.id)))
        .map(({ order }) => `order ${order.id}: ${ledger.orders.get(order.id)?.state}`),
  },
  {
    name: 'who passed the bank in time has a paid order',
    violations: ({ passedBank }, ledger) =>
      [...passedBank]
        .filter((id) => !isPaid(ledger.orders.get(id)))
        .map((id) => `order ${id}: ${ledger.orders.get(id)?.state} ${ledger.orders.get(id)?.cancel_reason ?? ''}`),
  },
  {
    name: 'nobody is charged without an order or a refund',
    violations: (_, { books, orders }) =>
      [...books].flatMap(([id, { charged, refunded }]) => {
        const order = orders.get(id);
        if (!order) return charged === refunded ? [] : [`order ${id} is unknown here and ${charged} was charged`];
        const due = order.state === 'paid' ? order.total_amount : 0;
        const kept = charged - refunded;
        return kept === due ? [] : [`order ${id}: ${order.state}, Stripe took ${charged} and gave back ${refunded}`];
      }),
  },
  {
    name: 'every refund at Stripe has its record',
    violations: (_, { books, refunds }) =>
      [...books]
        .flatMap(([orderId, book]) => book.refunds.map((refund) => ({ orderId, ...refund })))
        .filter(({ id, amount }) => refunds.get(id) !== amount)
        .map(({ orderId, id, amount }) => `order ${orderId}: ${id} of ${amount}`),
  },
  {
    name: 'the price is the one on the shelf',
    violations: ({ orders }, { books }, shelf) =>
      [...orders.values()].flatMap((known) => {
        const total = expectedTotal(known, shelf);
        const amounts = [known.order.totals.totalAmount, ...(books.get(known.order.id)?.amounts ?? [])];
        return amounts.every((amount) => amount === total)
          ? []
          : [`order ${known.order.id}: ${amounts.join(', ')} instead of ${total}`];
      }),
  },
  {
    name: 'no more is sold than was put up',
    violations: (_, { orders }, { stock }) => {
      const sold = new Map<string, number>();
      for (const order of orders.values()) {
        if (!isPaid(order)) continue;
        for (const { sku, quantity } of order.lines) {
          if (stock.has(sku)) sold.set(sku, (sold.get(sku) ?? 0) + quantity);
        }
      }
      return [...sold]
        .filter(([sku, quantity]) => quantity > stock.get(sku)!)
        .map(([sku, quantity]) => `${sku}: ${quantity} sold of ${stock.get(sku)}`);
    },
  },
  {
    name: 'everything comes to an end',
    violations: (_, { orders, holds }) => [
      ...[...orders.values()].filter(({ state }) => state === 'pending').map(({ id }) => `order ${id} is pending`),
      ...[...holds.values()]
        .filter(({ state }) => state === 'active' || state === 'attached')
        .map(({ id, state }) => `hold ${id} is ${state}`),
    ],
  },
];

/** @returns what was told wrongly at once, and what turned out to be wrong after all */
export function judge(history: History, ledger: Ledger, shelf: Shelf): Violation[] {
  const found = rules.flatMap(({ name, violations }) =>
    violations(history, ledger, shelf).map((detail) => ({ rule: name, detail })),
  );
  return [...history.violations, ...found];
}

/** The shop of a run: shipping 660 yen, none from 8,800 yen on. */
function expectedTotal({ order }: KnownOrder, { prices }: Shelf): number {
  const items = order.lines.reduce((sum, { sku, quantity }) => sum + (prices.get(sku) ?? NaN) * quantity, 0);
  return items + (items >= 8800 ? 0 : 660);
}
