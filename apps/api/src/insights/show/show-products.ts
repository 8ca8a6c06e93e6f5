import type { ShowInsights } from '#contracts/insights';
import type { Stretch } from '#insight/concurrency';
import type { Exposure } from '#insight/attribution';
import { ratio } from '#insight/ratio';
import { imageUrl } from '../../catalog/index.ts';
import { creditOf } from './credit.ts';
import { netOf } from './money.ts';
import type { PaidLine, PinRow, ProductRow, StepRow } from './show.queries.ts';
import { isWithin, lengthOf, overlap, union, type Span } from './watching.ts';

const MINUTE = 60_000;
type Product = ShowInsights['products'][number];

interface ShowParts {
  onAir: Span;
  pins: readonly PinRow[];
  lines: readonly PaidLine[];
  /** Joined ones. */
  stretches: readonly Stretch[];
  steps: readonly StepRow[];
  exposures: readonly (Exposure & { productId: string | null })[];
}

/** What a product did in the show, and what it did per minute on screen beside the other minutes on air. */
export function productOf(product: ProductRow, parts: ShowParts): Product {
  const { onAir, stretches } = parts;
  const id = product.product_id;
  const own = parts.lines.filter((line) => line.product_id === id);
  const pinned = union(parts.pins.filter((pin) => pin.product_id === id).map((pin) => spanOf(pin, onAir.to)));
  const unpinned = apartFrom(pinned, onAir);
  const orders = new Set(own.map((line) => line.order_id));
  const viewers = new Set(
    stretches.filter((one) => pinned.some((span) => overlap(one, span) > 0)).map((one) => one.person),
  ).size;
  const clickedAt = parts.steps
    .filter((step) => step.name === 'Product Clicked' && step.productId === id)
    .map(({ at }) => at);
  const paidAt = [...new Map(own.map((line) => [line.order_id, line.paid_at.getTime()])).values()];
  const perMinute = (spans: readonly Span[]) => {
    const minutes = lengthOf(spans) / MINUTE;
    if (minutes === 0) return null;
    const watched = stretches.reduce((sum, one) => sum + spans.reduce((part, span) => part + overlap(one, span), 0), 0);
    return {
      viewers: watched / MINUTE / minutes,
      clicks: clickedAt.filter((at) => isWithin(at, spans)).length / minutes,
      orders: paidAt.filter((at) => isWithin(at, spans)).length / minutes,
    };
  };
  const [shown, rest] = [perMinute(pinned), perMinute(unpinned)];
  const buyers = new Set(own.map((line) => line.person_id)).size;
  return {
    productId: id,
    name: product.name,
    imageUrl: imageUrl(product.image_id),
    pinnedSeconds: lengthOf(pinned) / 1000,
    viewers,
    impressions: product.impressions,
    clicks: product.clicks,
    clickers: product.clickers,
    clickRate: ratio(product.clicks, product.impressions),
    holds: product.holds,
    orders: orders.size,
    units: own.reduce((sum, line) => sum + line.quantity, 0),
    gmvAmount: own.reduce((sum, line) => sum + line.line_amount, 0),
    netAmount: own.reduce((sum, line) => sum + netOf(line), 0),
    conversion: ratio(buyers, viewers),
    credit: creditOf(
      own,
      parts.exposures.filter(({ productId }) => productId === id),
      (lines) => lines.reduce((sum, line) => sum + netOf(line), 0),
    ),
    pinned: shown,
    unpinned: rest,
    lift: shown && rest ? ratio(shown.orders, rest.orders) : null,
  };
}

export const spanOf = (pin: PinRow, end: number): Span => ({
  from: pin.pinned_at.getTime(),
  to: Math.max(pin.pinned_at.getTime(), pin.unpinned_at?.getTime() ?? end),
});

/** The parts of the whole in none of the spans, which are in order and apart. */
function apartFrom(spans: readonly Span[], whole: Span): Span[] {
  const rest: Span[] = [];
  let from = whole.from;
  for (const span of spans) {
    if (span.from > from) rest.push({ from, to: Math.min(span.from, whole.to) });
    from = Math.max(from, span.to);
  }
  if (from < whole.to) rest.push({ from, to: whole.to });
  return rest;
}
