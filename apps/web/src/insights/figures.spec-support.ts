import type { ShowInsights } from '#contracts/insights';

const start = Date.parse('2026-10-17T11:00:00.000Z'); // 20:00 in Tokyo

export const at = (minute: number): string => new Date(start + minute * 60_000).toISOString();

/** An evening of `length` minutes; `sales` are net sales by minute. */
export function evening(
  length: number,
  sales: Record<number, number>,
  change: Partial<ShowInsights> = {},
): ShowInsights {
  const minutes = Array.from({ length }, (_, minute) => ({
    at: at(minute),
    viewers: 10 + minute,
    netAmount: sales[minute] ?? 0,
    orders: sales[minute] ? 1 : 0,
    messages: 2,
    hearts: 3,
    clicks: 1,
  }));
  const netAmount = minutes.reduce((sum, minute) => sum + minute.netAmount, 0);
  const orders = minutes.reduce((sum, minute) => sum + minute.orders, 0);
  return {
    show: {
      id: '0192f3c0-0000-7000-8000-000000000001',
      slug: 'kamadashi',
      title: '秋の窯出し',
      subtitle: '土もの新作',
      state: 'ended',
      startsAt: at(0),
      liveSince: at(0),
      endedAt: at(length),
      timeZone: 'Asia/Tokyo',
      currency: 'JPY',
    },
    asOf: at(length),
    viewersNow: 0,
    viewersPeak: 9 + length,
    peakAt: at(length - 1),
    viewers: 200,
    devices: 210,
    returningViewers: 60,
    views: 240,
    watchSeconds: 60_000,
    averageWatchSeconds: 300,
    watchSecondsPerView: 250,
    messages: 2 * length,
    chatters: 40,
    hearts: 3 * length,
    productClicks: length,
    clickers: 50,
    impressions: 10 * length,
    clickRate: 0.1,
    clickRatePersons: 0.3,
    holds: 20,
    holders: 18,
    orders,
    buyers: orders,
    newBuyers: 0,
    refundedOrders: 0,
    averageOrderAmount: orders > 0 ? netAmount / orders : null,
    gmvAmount: netAmount,
    netAmount,
    conversion: orders / 200,
    ordersPerClick: orders / length,
    engagementRate: 0.4,
    minutes,
    pins: [],
    products: [],
    funnel: { steps: [], windowDays: 30 },
    credit: {
      ...{ clickDays: 7, viewDays: 1, directOrders: 0, directAmount: 0 },
      ...{ influencedOrders: 0, influencedAmount: 0 },
    },
    deals: [],
    surveys: [],
    ...change,
  };
}

export function pin(
  productName: string,
  from: number,
  to: number | null,
  netAmount: number,
): ShowInsights['pins'][number] {
  return {
    id: `pin-${productName}-${from}`,
    offerId: `offer-${productName}`,
    pinnedAt: at(from),
    unpinnedAt: to === null ? null : at(to),
    productId: `product-${productName}`,
    productName,
    imageUrl: null,
    netAmount,
    orders: netAmount > 0 ? 3 : 0,
  };
}
