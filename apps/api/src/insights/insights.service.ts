import { Injectable } from '@nestjs/common';
import type { ShowCurve, ShowInsights } from '#contracts/insights';
import { concurrency, type Stretch } from '#insight/concurrency';
import { ratio } from '#insight/ratio';
import { AppError } from '#platform/app-error';
import { imageUrl } from '../catalog/index.ts';
import { Database, type Tx } from '../database/index.ts';
import { SurveysService, WatchLog } from '../engagement/index.ts';
import { creditOf, exposuresOf } from './show/credit.ts';
import { distinctOrders, netOf } from './show/money.ts';
import { changesOf, eventsOf, minutesOf } from './show/show-curve.ts';
import { showFunnel } from './show/show-funnel.ts';
import { productOf, spanOf } from './show/show-products.ts';
import {
  countsOf,
  dealRows,
  newcomersOf,
  paidLines,
  pinRows,
  productRows,
  secondCounts,
  showFacts,
  stepRows,
  stretchesOf,
  type DealRow,
  type PaidLine,
  type PinRow,
  type ShowFacts,
} from './show/show.queries.ts';
import { joined } from './show/watching.ts';

/** Several marketers who look at once share one reading. */
const FRESH_FOR_MS = 500;

/** The figures of one show. */
@Injectable()
export class InsightsService {
  readonly #recent = new Map<string, { at: number; insights: Promise<ShowInsights> }>();

  constructor(
    private readonly database: Database,
    private readonly watching: WatchLog,
    private readonly surveys: SurveysService,
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

  /** The same evening by the second. @throws not_found */
  async curve(brandId: string, showId: string): Promise<ShowCurve> {
    return this.database.transaction(async (tx) => {
      const show = await knownShow(tx, brandId, showId);
      const { start, end } = timesOf(show);
      const { curve } = concurrency(await stretchesOf(tx, showId), start, end, 1000);
      return {
        from: new Date(start).toISOString(),
        to: new Date(end).toISOString(),
        viewers: changesOf(curve),
        events: await eventsIn(tx, show, await paidLines(tx, showId)),
      };
    }, 'REPEATABLE READ');
  }

  /** All figures of one moment: one snapshot of the database. */
  async #read(brandId: string, showId: string): Promise<ShowInsights> {
    const answered = (await this.surveys.ofShow(brandId, showId)).filter(({ moment }) => moment === 'room');
    return this.database.transaction(async (tx) => {
      const show = await knownShow(tx, brandId, showId);
      const { start, end } = timesOf(show);
      const counts = await countsOf(tx, showId);
      const watched = await stretchesOf(tx, showId);
      const lines = await paidLines(tx, showId);
      const pins = await pinRows(tx, showId);
      const products = await productRows(tx, showId);
      const steps = await stepRows(tx, brandId, showId);
      const newcomers = await newcomersOf(tx, brandId, showId);
      const deals = await dealRows(tx, showId);
      const events = await eventsIn(tx, show, lines);
      const stretches = joined(watched, start, end);
      const exposures = exposuresOf(steps);
      const { peak, peakAt, curve } = concurrency(watched, start, end);
      const parts = { onAir: { from: start, to: end }, pins, lines, stretches, steps, exposures };
      return {
        show: showOf(show),
        asOf: show.now.toISOString(),
        viewersNow: show.state === 'live' ? this.watching.watchingNow(showId) : 0,
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
        deals: deals.map(dealOf),
        surveys: answered.map(({ kind, openedAt, answers, value }) => ({ kind, openedAt, answers, value })),
      };
    }, 'REPEATABLE READ');
  }
}

async function knownShow(tx: Tx, brandId: string, showId: string): Promise<ShowFacts> {
  const show = await showFacts(tx, brandId, showId);
  if (!show) throw new AppError('not_found');
  return show;
}

const timesOf = ({ live_since, ended_at, now }: ShowFacts) => ({
  start: (live_since ?? now).getTime(),
  end: (ended_at ?? now).getTime(),
});

async function eventsIn(tx: Tx, show: ShowFacts, lines: PaidLine[]) {
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

function dealOf(deal: DealRow): ShowInsights['deals'][number] {
  return {
    productName: deal.name,
    from: deal.opens_at.toISOString(),
    to: deal.closes_at.toISOString(),
    units: deal.taken,
    quantity: deal.quantity,
  };
}
