import type { PublicOrder } from '#contracts/checkout';
import { dealPrice } from '#contracts/deals';
import type { History, Violation } from './history.ts';
import type { Ledger, OrderRow } from './ledger.ts';
import type { Shelf } from './staff.ts';

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
    violations: ({ orders, canceledByStaff }, ledger) =>
      [
        ...[...orders.values()].filter(({ told }) => told.has('canceled')).map(({ order }) => order.id),
        ...canceledByStaff,
      ]
        .filter((id) => isPaid(ledger.orders.get(id)))
        .map((id) => `order ${id}: ${ledger.orders.get(id)?.state}`),
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
        const due = isPaid(order) ? order.total_amount - order.refunded_amount : 0;
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
      [...orders.values()].flatMap(({ order }) => {
        const total = expectedTotal(order, shelf);
        const amounts = [order.totals.totalAmount, ...(books.get(order.id)?.amounts ?? [])];
        return amounts.every((amount) => amount === total)
          ? []
          : [`order ${order.id}: ${amounts.join(', ')} instead of ${total}`];
      }),
  },
  {
    name: 'no deal gives more than it has, nor more to one buyer',
    violations: (_, { orders }, { deals }) =>
      deals.flatMap(({ id, quantity, perBuyer }) => {
        const byBuyer = new Map<string, number>();
        for (const { viewer_id: buyer, lines } of [...orders.values()].filter(isPaid)) {
          for (const line of lines.filter(({ dealId }) => dealId === id)) {
            byBuyer.set(buyer, (byBuyer.get(buyer) ?? 0) + line.quantity);
          }
        }
        const given = [...byBuyer.values()];
        const sum = given.reduce((total, one) => total + one, 0);
        const most = Math.max(0, ...given);
        return sum <= quantity && most <= perBuyer ? [] : [`deal ${id}: ${sum} of ${quantity}, ${most} to one buyer`];
      }),
  },
  {
    name: 'no coupon is used more often than it may',
    violations: (_, { orders }, { coupons }) =>
      coupons.flatMap(({ code, total, perBuyer }) => {
        const uses = [...orders.values()].filter((order) => isPaid(order) && order.coupons.includes(code));
        const most = Math.max(
          0,
          ...[...Map.groupBy(uses, (order) => order.viewer_id).values()].map((own) => own.length),
        );
        const held = uses.length <= (total ?? Infinity) && most <= (perBuyer ?? Infinity);
        return held ? [] : [`${code}: ${uses.length} times, ${most} by one buyer`];
      }),
  },
  {
    name: 'what staff gave back is given back once',
    violations: ({ givenBack }, { orders }) =>
      [...givenBack.money]
        .map(([id, known]) => ({ id, known, is: orders.get(id)?.refunded_amount ?? 0 }))
        .filter(({ known, is }) => is < known.atLeast || is > known.atMost)
        .map(({ id, known, is }) => `order ${id}: ${is}, and ${known.atLeast} to ${known.atMost} was asked for`),
  },
  {
    name: 'the shelf has what was put up, less what is sold, and what staff put back once',
    violations: ({ givenBack }, { orders, onHand }, { stock }) => {
      const least = new Map(stock);
      const most = new Map(stock);
      const move = (shelf: Map<string, number>, sku: string, by: number) => shelf.set(sku, (shelf.get(sku) ?? 0) + by);
      for (const order of [...orders.values()].filter(isPaid)) {
        for (const { sku, quantity } of order.lines) for (const shelf of [least, most]) move(shelf, sku, -quantity);
        const back = givenBack.goods.get(order.id) ?? { atLeast: 0, atMost: 0 };
        move(least, order.lines[0]!.sku, back.atLeast);
        move(most, order.lines[0]!.sku, back.atMost);
      }
      return [...stock.keys()]
        .filter((sku) => onHand.get(sku)! < least.get(sku)! || onHand.get(sku)! > most.get(sku)!)
        .map((sku) => `${sku}: ${onHand.get(sku)}, and it should be ${least.get(sku)} to ${most.get(sku)}`);
    },
  },
  {
    name: 'no more is sold than was put up and put back',
    violations: (_, { orders }, { stock }) => {
      const sold = new Map<string, number>();
      for (const order of [...orders.values()].filter(isPaid)) {
        for (const { sku, quantity, restocked } of order.lines) {
          if (stock.has(sku)) sold.set(sku, (sold.get(sku) ?? 0) + quantity - restocked);
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

/** As a buyer would add it up who knows the shelf: shipping is 660 yen, and none from 8,800 yen on. */
function expectedTotal({ lines, coupons: used }: PublicOrder, { prices, deals, coupons }: Shelf): number {
  let left = lines.reduce((sum, { sku, unitAmount, quantity }) => {
    const list = prices.get(sku) ?? NaN;
    const offered = [list, ...deals.map((deal) => dealPrice(list, deal))];
    return sum + (offered.includes(unitAmount) ? unitAmount : list) * quantity;
  }, 0);
  for (const { code } of used) {
    const { kind, value } = coupons.find((coupon) => coupon.code === code) ?? { kind: 'amount', value: NaN };
    left -= kind === 'percent' ? Math.floor((left * value) / 100) : Math.min(value, left);
  }
  return left + (left >= 8800 ? 0 : 660);
}
