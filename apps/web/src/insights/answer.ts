import type { ShowInsights } from '#contracts/insights';

type Minute = ShowInsights['minutes'][number];
type PinFigures = ShowInsights['pins'][number];

/** A stretch of the show, in milliseconds of time. */
export interface Span {
  from: number;
  to: number;
}

/**
 * What the page says first, as data; insights-text.ts has the words. Every part is counted from the figures below it on the page,
 * and where they carry no answer it says so instead of guessing.
 */
export type Answer =
  | { kind: 'notStarted' }
  | { kind: 'livePin'; product: string; since: number; orders: number; amount: number }
  | { kind: 'live'; viewers: number }
  | { kind: 'nobodyCame' }
  | { kind: 'noSales'; viewers: number; clickers: number; holders: number }
  | { kind: 'allReturned'; orders: number }
  | { kind: 'fewOrders'; orders: number; amount: number }
  | { kind: 'pin'; product: string; minutes: number; share: number; amount: number; span: Span }
  | { kind: 'window'; minutes: number; share: number; amount: number; span: Span };

export interface Headline {
  answer: Answer;
  /** The minute that earned most, when there is one and the sentence is about sales. */
  bestMinute: Minute | null;
  /** What the chart draws in the first colour. */
  span: Span | null;
}

/** Below this many orders a share is chance, and the page counts instead of comparing. */
const ORDERS_FOR_A_SHARE = 5;
/** A product's pins tell the story when they earned at least this much of it; else the busiest minutes do. */
const SHARE_OF_A_PIN = 0.15;
const WINDOW_MINUTES = 10;
export const MINUTE_MS = 60_000;

export function headline(figures: ShowInsights): Headline {
  const answer = answerOf(figures);
  const sells = answer.kind === 'pin' || answer.kind === 'window' || answer.kind === 'fewOrders';
  return {
    answer,
    bestMinute: sells ? bestMinute(figures.minutes) : null,
    span: answer.kind === 'pin' || answer.kind === 'window' ? answer.span : null,
  };
}

function answerOf(figures: ShowInsights): Answer {
  const { show, orders, netAmount, viewers, clickers, holders } = figures;
  switch (show.state) {
    case 'scheduled':
    case 'starting':
      return { kind: 'notStarted' };
    case 'live':
      return liveAnswer(figures);
    case 'ended':
      if (orders === 0) return viewers === 0 ? { kind: 'nobodyCame' } : { kind: 'noSales', viewers, clickers, holders };
      if (netAmount <= 0) return { kind: 'allReturned', orders };
      if (orders < ORDERS_FOR_A_SHARE) return { kind: 'fewOrders', orders, amount: netAmount };
      return bestPin(figures) ?? bestWindow(figures) ?? { kind: 'fewOrders', orders, amount: netAmount };
  }
}

function liveAnswer({ pins, viewersNow }: ShowInsights): Answer {
  const pin = pins.findLast((one) => one.unpinnedAt === null);
  if (!pin) return { kind: 'live', viewers: viewersNow };
  const { productName, pinnedAt, orders, netAmount } = pin;
  return { kind: 'livePin', product: productName, since: Date.parse(pinnedAt), orders, amount: netAmount };
}

function bestPin({ pins, netAmount, asOf }: ShowInsights): Answer | null {
  const best = pins.reduce<PinFigures | null>(
    (most, pin) => (pin.netAmount > (most?.netAmount ?? 0) ? pin : most),
    null,
  );
  if (!best || best.netAmount / netAmount < SHARE_OF_A_PIN) return null;
  const span = pinSpan(best, Date.parse(asOf));
  return {
    kind: 'pin',
    product: best.productName,
    minutes: Math.max(1, Math.round((span.to - span.from) / MINUTE_MS)),
    share: best.netAmount / netAmount,
    amount: best.netAmount,
    span,
  };
}

/** The ten neighbouring minutes that earned most; a show that is hardly longer has no such part worth naming. */
function bestWindow({ minutes, netAmount }: ShowInsights): Answer | null {
  if (minutes.length < 2 * WINDOW_MINUTES) return null;
  let most = 0;
  let from = 0;
  for (let at = 0; at + WINDOW_MINUTES <= minutes.length; at++) {
    const sum = minutes.slice(at, at + WINDOW_MINUTES).reduce((total, minute) => total + minute.netAmount, 0);
    if (sum > most) [most, from] = [sum, at];
  }
  const first = minutes[from];
  if (!first || most === 0) return null;
  const start = Date.parse(first.at);
  const span = { from: start, to: start + WINDOW_MINUTES * MINUTE_MS };
  return { kind: 'window', minutes: WINDOW_MINUTES, share: most / netAmount, amount: most, span };
}

function bestMinute(minutes: Minute[]): Minute | null {
  return minutes.reduce<Minute | null>((most, one) => (one.netAmount > (most?.netAmount ?? 0) ? one : most), null);
}

export function pinSpan(pin: { pinnedAt: string; unpinnedAt: string | null }, asOf: number): Span {
  const from = Date.parse(pin.pinnedAt);
  return { from, to: Math.max(from, pin.unpinnedAt === null ? asOf : Date.parse(pin.unpinnedAt)) };
}
