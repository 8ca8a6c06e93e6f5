import { v7 as uuid } from 'uuid';
import type { Tx } from '../database/index.ts';
import type { MovementKind } from './stock.entity.ts';

/**
 * Every statement that moves stock, beside hold-batch.ts and order-parts.ts. A level changes by a conditional UPDATE only, never by what was read before; a CHECK is the
 * last fence, and a movement row with a business key that cannot repeat is the reason.
 */

async function record(
  tx: Tx,
  variantId: string,
  kind: MovementKind,
  onHandDelta: number,
  reservedDelta: number,
  reference: string,
): Promise<void> {
  await tx.sql(
    `INSERT INTO stock_movements (variant_id, kind, on_hand_delta, reserved_delta, reference) VALUES ($1, $2, $3, $4, $5)`,
    [variantId, kind, onHandDelta, reservedDelta, reference],
  );
}

export async function receive(tx: Tx, variantId: string, quantity: number): Promise<void> {
  await tx.sql(`INSERT INTO stock_levels (variant_id, on_hand, reserved) VALUES ($1, $2, 0)`, [variantId, quantity]);
  await record(tx, variantId, 'receive', quantity, 0, uuid());
}

/**
 * Adds what a person found more, or takes what they found less, than they had been shown; what was sold meanwhile stays sold. Under one key the
 * differences do not add up: the last one counts, so that a save may be repeated.
 * @returns false when fewer than are reserved would be left
 */
export async function adjust(tx: Tx, variantId: string, difference: number, key: string = uuid()): Promise<boolean> {
  const { rows } = await tx.sql<{ done: number }>(
    `SELECT COALESCE(sum(on_hand_delta), 0)::int AS done FROM stock_movements
     WHERE variant_id = $1 AND kind = 'adjust' AND starts_with(reference, $2 || ':')`,
    [variantId, key],
  );
  const delta = difference - rows[0]!.done;
  if (delta === 0) return true;
  const { count } = await tx.sql(
    `UPDATE stock_levels SET on_hand = on_hand + $2 WHERE variant_id = $1 AND on_hand + $2 >= reserved`,
    [variantId, delta],
  );
  if (count !== 1) return false;
  await record(tx, variantId, 'adjust', delta, 0, `${key}:${uuid()}`);
  return true;
}

/** @returns false, having changed nothing, when fewer than `quantity` are free, or others wait for them */
export async function reserve(tx: Tx, variantId: string, quantity: number, reference: string): Promise<boolean> {
  const { count } = await tx.sql(
    `UPDATE stock_levels SET reserved = reserved + $2 WHERE variant_id = $1 AND on_hand - reserved >= $2 AND waiting = 0`,
    [variantId, quantity],
  );
  if (count !== 1) return false;
  await record(tx, variantId, 'hold', 0, quantity, reference);
  return true;
}

/** Reserves for a hold what is known to be free: the caller has the level's lock. */
export async function recordHold(tx: Tx, variantId: string, quantity: number, holdId: string): Promise<void> {
  await tx.sql(`UPDATE stock_levels SET reserved = reserved + $2 WHERE variant_id = $1`, [variantId, quantity]);
  await record(tx, variantId, 'hold', 0, quantity, holdId);
}

export async function release(tx: Tx, variantId: string, quantity: number, reference: string): Promise<void> {
  await tx.sql(`UPDATE stock_levels SET reserved = reserved - $2 WHERE variant_id = $1`, [variantId, quantity]);
  await record(tx, variantId, 'release', 0, -quantity, reference);
}

/** What was sold comes back onto the shelf: a decision of its own, whatever became of the money. */
export async function restock(tx: Tx, variantId: string, quantity: number, reference: string): Promise<void> {
  await tx.sql(`UPDATE stock_levels SET on_hand = on_hand + $2 WHERE variant_id = $1`, [variantId, quantity]);
  await record(tx, variantId, 'restock', quantity, 0, reference);
}
