import { Injectable } from '@nestjs/common';
import type { ShowInsights } from '#contracts/insights';
import { concurrency, type Stretch } from '#insight/concurrency';
import { ratio } from '#insight/ratio';
import { AppError } from '#platform/app-error';
import { imageUrl } from '../catalog/index.ts';
import { Database } from '../database/index.ts';
import { WatchLog } from '../engagement/index.ts';
import {
  countsOf,
  minuteCounts,
  paidLines,
  pinRows,
  productRows,
  showFacts,
  stretchesOf,
  type PaidLine,
  type PinRow,
  type ShowFacts,
} from './insights.queries.ts';

const MINUTE = 60_000;
/** Several marketers who look at once share one reading. */
const FRESH_FOR_MS = 500;

@Injectable()
export class InsightsService {
  readonly #recent = new Map<string, { at: number; insights: Promise<ShowInsights> }>();

  constructor(
    private readonly database: Database,
    private readonly watching: WatchLog,
  ) {}

  /** @throws not_found, for another brand's show too */
  async show(brandId: string, showId: string): Promise<ShowInsights> {
    const key = `${brandId}:${showId}`;
    const recent = this.#recent.get(key);
    if (recent && Date.now() - recent.at < FRESH_FOR_MS) return recent.insights;
    const insights = this.#read(brandId, showId);
    this.#recent.set(key, { at: Date.now(), insights });
    setTimeout(() => this.#recent.delete(key), FRESH_FOR_MS).unref();
    return insights;
  }

  /** All figures of one moment: one snapshot of the database. */
  async #read(brandId: string, showId: string): Promise<ShowInsights> {
    return this.database.transaction(async (tx) => {
      const show = await showFacts(tx, brandId, showId);
      if (!show) throw new AppError('not_found');
      const counts = await countsOf(tx, showId);
      const stretches = await stretchesOf(tx, showId);
      const lines = await paidLines(tx, showId);
      const pins = await pinRows(tx, showId);
      const products = await productRows(tx, showId);
      const start = show.live_since?.getTime() ?? show.now.getTime();
      const end = (show.ended_at ?? show.now).getTime();
      const ticks = show.live_since ? await minuteCounts(tx, showId, show.live_since) : [];
      const { peak, peakAt, curve } = concurrency(stretches, start, end);
      const watchSeconds = stretches.reduce((sum, one) => sum + overlap(one, { from: start, to: end }), 0) / 1000;
      const orders = distinctOrders(lines);
      const gmvAmount = orders.reduce((sum, order) => sum + order.total, 0);
      const netAmount = gmvAmount - orders.reduce((sum, order) => sum + order.refunded, 0);
      const buyers = new Set(orders.map((order) => order.person_id)).size;
      return {
        show: showOf(show),
        asOf: show.now.toISOString(),
        viewersNow: show.state === 'live' ? this.watching.watchingNow(showId) : 0,
        viewersPeak: peak,
        peakAt: peakAt === null ? null : new Date(peakAt).toISOString(),
        viewers: counts.viewers,
        watchSeconds,
        averageWatchSeconds: ratio(watchSeconds, counts.viewers),
        messages: counts.messages,
        chatters: counts.chatters,
        hearts: counts.hearts,
        productClicks: counts.clicks,
        clickers: counts.clickers,
        holds: counts.holds,
        holders: counts.holders,
        orders: orders.length,
        buyers,
        gmvAmount,
        netAmount,
        conversion: ratio(buyers, counts.viewers),
        ordersPerClick: ratio(orders.length, counts.clicks),
        engagementRate: ratio(counts.engaged, counts.viewers),
        minutes: minutesOf(start, curve, orders, ticks),
        pins: pins.map((pin) => pinOf(pin, lines, end)),
        products: products.map((product) => {
          const own = lines.filter((line) => line.product_id === product.product_id);
          const spans = pins.filter((pin) => pin.product_id === product.product_id).map((pin) => spanOf(pin, end));
          return {
            productId: product.product_id,
            name: product.name,
            imageUrl: imageUrl(product.image_id),
            pinnedSeconds: spans.reduce((sum, span) => sum + Math.max(0, span.to - span.from), 0) / 1000,
            viewers: new Set(
              stretches.filter((one) => spans.some((span) => overlap(one, span) > 0)).map((one) => one.person),
            ).size,
            clicks: product.clicks,
            clickers: product.clickers,
            holds: product.holds,
            orders: new Set(own.map((line) => line.order_id)).size,
            units: own.reduce((sum, line) => sum + line.quantity, 0),
            gmvAmount: own.reduce((sum, line) => sum + line.line_amount, 0),
            netAmount: own.reduce((sum, line) => sum + netOf(line), 0),
          };
        }),
      };
    }, 'REPEATABLE READ');
  }
}

function showOf(show: ShowFacts): ShowInsights['show'] {
  return {
    id: show.id,
    slug: show.slug,
    title: show.title,
    subtitle: show.subtitle,
    state: show.state,
    startsAt: show.starts_at.toISOString(),
    liveSince: show.live_since?.toISOString() ?? null,
    endedAt: show.ended_at?.toISOString() ?? null,
    timeZone: show.time_zone,
    currency: show.currency,
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

function minutesOf(
  start: number,
  viewers: number[],
  orders: PaidLine[],
  ticks: { minute: number; messages: number; hearts: number; clicks: number }[],
): ShowInsights['minutes'] {
  const byMinute = new Map(ticks.map((tick) => [tick.minute, tick]));
  const ordersByMinute = Map.groupBy(orders, (order) => Math.floor((order.paid_at.getTime() - start) / MINUTE));
  return viewers.map((peak, minute) => {
    const paid = ordersByMinute.get(minute) ?? [];
    const tick = byMinute.get(minute);
    return {
      at: new Date(start + minute * MINUTE).toISOString(),
      viewers: peak,
      netAmount: paid.reduce((sum, order) => sum + order.total - order.refunded, 0),
      orders: paid.length,
      messages: tick?.messages ?? 0,
      hearts: tick?.hearts ?? 0,
      clicks: tick?.clicks ?? 0,
    };
  });
}

/** One line per order: totals must not be added once for each of its lines. */
function distinctOrders(lines: PaidLine[]): PaidLine[] {
  return [...new Map(lines.map((line) => [line.order_id, line])).values()];
}

/** A line's part of what the order kept. */
function netOf(line: PaidLine): number {
  return line.total === 0 ? 0 : Math.round(line.line_amount * (1 - line.refunded / line.total));
}

type Span = Pick<Stretch, 'from' | 'to'>;
const spanOf = (pin: PinRow, end: number): Span => ({
  from: pin.pinned_at.getTime(),
  to: pin.unpinned_at?.getTime() ?? end,
});
const overlap = (a: Span, b: Span) => Math.max(0, Math.min(a.to, b.to) - Math.max(a.from, b.from));
