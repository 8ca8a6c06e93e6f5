import type { PaidLine } from './show.queries.ts';

/** One line per order: totals must not be added once for each of its lines. */
export function distinctOrders(lines: readonly PaidLine[]): PaidLine[] {
  return [...new Map(lines.map((line) => [line.order_id, line])).values()];
}

/** A line's part of what the order kept. */
export function netOf(line: PaidLine): number {
  return line.total === 0 ? 0 : Math.round(line.line_amount * (1 - line.refunded / line.total));
}
