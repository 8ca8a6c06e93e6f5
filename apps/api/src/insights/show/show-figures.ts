import type { ShowCurve, ShowInsights } from '#contracts/insights';
import { concurrency, type Stretch } from '#insight/concurrency';
import { ratio } from '#insight/ratio';
import { imageUrl } from '../../catalog/index.ts';
import type { Tx } from '../../database/index.ts';
import { creditOf, exposuresOf } from './credit.ts';
import { distinctOrders, netOf } from './money.ts';
import { curveOf, eventsOf, lineOf, minutesOf } from './show-curve.ts';
import { showFunnel } from './show-funnel.ts';
import { productOf, spanOf } from './show-products.ts';
import {
  countsOf,
  newcomersOf,
  paidLines,
  pinRows,
  productRows,
  secondCounts,
  stepRows,
  stretchesOf,
  type PaidLine,
  type PinRow,
  type ShowFacts,
} from './show.queries.ts';
import { joined } from './watching.ts';

/** What the log and the ledger say of a show; the rest of its insights is a few rows that are read at each look. */
export type ShowFigures = Omit<ShowInsights, 'show' | 'asOf' | 'viewersNow' | 'deals' | 'surveys'>;

/** A show as its own page has it, by the second, and beside others. */
export interface ShowRead {
  figures: ShowFigures;
  curve: ShowCurve;
  line: number[];
}

/** All of one moment: in a transaction of one snapshot. */
export async function readShow(tx: Tx, show: ShowFacts): Promise<ShowRead> {
  const { start, end } = timesOf(show);
  const { id, brand_id: brandId } = show;
  const counts = await countsOf(tx, id);
  const watched = await stretchesOf(tx, id);
  const lines = await paidLines(tx, id);
  const pins = await pinRows(tx, id);
  const products = await productRows(tx, id);
  const steps = await stepRows(tx, brandId, id);
  const newcomers = await newcomersOf(tx, brandId, id);
  const events = await eventsIn(tx, show, lines);
  const stretches = joined(watched, start, end);
  const exposures = exposuresOf(steps);
  const { peak, peakAt, curve } = concurrency(watched, start, end);
  const parts = { onAir: { from: start, to: end }, pins, lines, stretches, steps, exposures };
  const figures: ShowFigures = {
    viewersPeak: peak,
    peakAt: peakAt === null ? null : new Date(peakAt).toISOString(),
    viewers: counts.viewers,
    devices: counts.devices,
    returningViewers: newcomers.returning_viewers,
    ...watchFigures(stretches, counts.viewers),
    messages: counts.messages,
    chatters: counts.chatters,
    hearts: counts.hearts,
    productClicks: counts.clicks,
    clickers: counts.clickers,
    impressions: counts.impressions,
    clickRate: ratio(counts.clicks, counts.impressions),
    clickRatePersons: ratio(counts.clickers, counts.saw),
    holds: counts.holds,
    holders: counts.holders,
    ...moneyFigures(lines, counts),
    newBuyers: newcomers.new_buyers,
    engagementRate: ratio(counts.engaged, counts.viewers),
    minutes: minutesOf(start, curve, events),
    pins: pins.map((pin) => pinOf(pin, lines, end)),
    products: products.map((product) => productOf(product, parts)),
    funnel: showFunnel(steps, stretches),
    credit: creditOf(lines, exposures, ([line]) => (line ? line.total - line.refunded : 0)),
  };
  return { figures, curve: curveOf(start, end, watched, events), line: lineOf(start, end, watched).line };
}

/** From the first media to the end or now, in milliseconds. */
export const timesOf = ({ live_since, ended_at, now }: ShowFacts) => ({
  start: (live_since ?? now).getTime(),
  end: (ended_at ?? now).getTime(),
});

export async function eventsIn(tx: Tx, show: ShowFacts, lines: PaidLine[]) {
  if (!show.live_since) return [];
  return eventsOf(show.live_since.getTime(), lines, await secondCounts(tx, show.id, show.live_since));
}

function watchFigures(stretches: readonly Stretch[], viewers: number) {
  const watchSeconds = stretches.reduce((sum, { from, to }) => sum + to - from, 0) / 1000;
  return {
    views: stretches.length,
    watchSeconds,
    averageWatchSeconds: ratio(watchSeconds, viewers),
    watchSecondsPerView: ratio(watchSeconds, stretches.length),
  };
}

function moneyFigures(lines: readonly PaidLine[], { viewers, clicks }: { viewers: number; clicks: number }) {
  const orders = distinctOrders(lines);
  const gmvAmount = orders.reduce((sum, order) => sum + order.total, 0);
  const netAmount = gmvAmount - orders.reduce((sum, order) => sum + order.refunded, 0);
  const buyers = new Set(orders.map((order) => order.person_id)).size;
  return {
    orders: orders.length,
    buyers,
    gmvAmount,
    netAmount,
    refundedOrders: orders.filter(({ refunded }) => refunded > 0).length,
    averageOrderAmount: ratio(netAmount, orders.length),
    conversion: ratio(buyers, viewers),
    ordersPerClick: ratio(orders.length, clicks),
  };
}

function pinOf(pin: PinRow, lines: PaidLine[], end: number): ShowInsights['pins'][number] {
  const span = spanOf(pin, end);
  const during = lines.filter((line) => {
    const at = line.paid_at.getTime();
    return line.product_id === pin.product_id && at >= span.from && at < span.to;
  });
  return {
    id: pin.id,
    offerId: pin.offer_id,
    pinnedAt: pin.pinned_at.toISOString(),
    unpinnedAt: pin.unpinned_at?.toISOString() ?? null,
    productId: pin.product_id,
    productName: pin.name,
    imageUrl: imageUrl(pin.image_id),
    netAmount: during.reduce((sum, line) => sum + netOf(line), 0),
    orders: new Set(during.map((line) => line.order_id)).size,
  };
}
