import { AppError } from '#platform/app-error';
import type { Actor } from '../accounts/index.ts';
import { restock } from '../catalog/index.ts';
import type { Tx } from '../database/index.ts';
import { OrderLine, type Order } from './order.entity.ts';
import { recordHistory } from './order-state.ts';

export interface RestockWish {
  key: string;
  lines: { position: number; quantity: number }[];
}

/**
 * Puts goods of a locked order back onto the shelf, whatever becomes of the money. The same key does it once.
 * @returns the variants that came back
 * @throws order_transition for goods that never left; restock_too_many { position, left }
 */
export async function restockGoods(tx: Tx, order: Order, wish: RestockWish, actor: Actor): Promise<string[]> {
  const { rows: done } = await tx.sql(
    `SELECT 1 FROM order_events WHERE order_id = $1 AND kind = 'restock' AND details ->> 'key' = $2`,
    [order.id, wish.key],
  );
  if (done.length > 0) return [];
  if (order.state !== 'paid' && order.state !== 'refunded') {
    throw new AppError('order_transition', { from: order.state, to: 'refunded' });
  }
  const lines = await tx.repository(OrderLine).findBy({ orderId: order.id });
  const wanted = wish.lines.map(({ position, quantity }) => {
    const line = lines.find((one) => one.position === position);
    if (!line) throw new AppError('not_found');
    return { line, quantity };
  });
  // Levels are locked in the order of the variants, as everywhere.
  for (const { line, quantity } of wanted.toSorted((a, b) => (a.line.variantId < b.line.variantId ? -1 : 1))) {
    const { count } = await tx.sql(
      `UPDATE order_lines SET restocked = restocked + $3 WHERE order_id = $1 AND position = $2 AND restocked + $3 <= quantity`,
      [order.id, line.position, quantity],
    );
    if (count !== 1) {
      throw new AppError('restock_too_many', { position: line.position, left: line.quantity - line.restocked });
    }
    await restock(tx, line.variantId, quantity, `${order.id}:${line.position}:${wish.key}`);
  }
  await recordHistory(tx, order.id, {
    kind: 'restock',
    reason: 'restocked',
    memberId: actor.memberId,
    details: { key: wish.key, lines: wish.lines },
  });
  return wanted.map(({ line }) => line.variantId);
}
