import type { Deal, DealFigure } from '#contracts/deals';
import type { ErrorCode } from '#contracts/errors';
import type { Frame, Message, RoomEvent, Sale, SalesFigures, Snapshot, StockFigure } from '#contracts/room';
import type { Offer, Pin, PublicShow } from '#contracts/shows';
import type { Stage } from '#contracts/stage';
import type { Survey } from '#contracts/surveys';

/**
 * What a browser knows of a room, as pure functions: (state, what arrived) -> state. The rules of the sequence are those of
 * contracts/room.ts: frames are applied without a gap and without a double, whatever the line did in between.
 */

/** A message of this browser that the server has not yet acknowledged. */
export interface OwnMessage {
  clientMessageId: string;
  name: string;
  text: string;
  state: 'sending' | 'failed';
  refusal: ErrorCode | null; // why it failed
  details: Record<string, unknown>;
  failedAt: number; // server time in ms
}

/** A line that the room itself adds between the messages. */
export type Note =
  | { type: 'caughtUp'; count: number; truncated: boolean }
  | { type: 'muted'; until: string | null }
  | { type: 'unmuted' };

export type Line =
  | { kind: 'message'; key: string; seq: number; message: Message }
  | { kind: 'note'; key: string; seq: number; note: Note };

export interface RoomState {
  show: PublicShow | null;
  seq: number;
  /** False until the snapshot of this connection is there: frames then wait in `buffered`. */
  joined: boolean;
  /** A frame showed that something is missing: the room must be joined again with `since: seq`. */
  behind: boolean;
  buffered: Frame[];
  lines: Line[];
  own: OwnMessage[];
  people: number;
  /** Flash deals that run, or ran a moment ago. */
  deals: Deal[];
  /** Who is on air beside the host; null before the room is joined. */
  stage: Stage | null;
  /** The picture on this screen comes seconds later, and the room with it. */
  path?: 'smooth';
  you: Snapshot['you'] | null;
  sales: SalesFigures | null;
  recentSales: Sale[];
  /** What the host asked last, while this page was here; null once that is over. Kept here, as who was told is not asked again. */
  survey?: Survey | null;
}

/** A snapshot brings up to 500 messages that were missed. */
const KEPT_LINES = 520;

export function emptyRoom(show: PublicShow | null): RoomState {
  return {
    show,
    seq: 0,
    joined: false,
    behind: false,
    buffered: [],
    lines: [],
    own: [],
    people: 0,
    deals: [],
    stage: null,
    you: null,
    sales: null,
    recentSales: [],
  };
}

/** The line broke, or a gap was seen: frames wait for the next snapshot. */
export function left(state: RoomState): RoomState {
  return { ...state, joined: false, buffered: [] };
}

/** `since` is what was asked with; absent for a first join. */
export function joined(state: RoomState, snapshot: Snapshot, since?: number): RoomState {
  // A smaller number than ours means that the server's memory is older than ours: start anew.
  const fresh = since === undefined || snapshot.seq < since;
  let next: RoomState = {
    ...state,
    show: snapshot.show,
    seq: snapshot.seq,
    joined: true,
    behind: false,
    buffered: [],
    people: snapshot.people,
    deals: snapshot.deals,
    stage: snapshot.stage,
    you: snapshot.you,
    sales: snapshot.sales,
    recentSales: snapshot.recentSales ?? [],
    lines: fresh ? [] : state.lines,
  };
  const known = new Set(next.lines.map((line) => line.key));
  const mine = new Set(next.own.map((message) => message.clientMessageId));
  const missed = snapshot.messages.filter(
    (message) => !known.has(message.id) && !mine.has(message.clientMessageId) && !message.deleted,
  ).length;
  for (const message of snapshot.messages) next = withMessage(next, message);
  // Below what was missed, where one reads: above, it would be out of sight after a long absence.
  if (!fresh && missed > 0) next = withNote(next, { type: 'caughtUp', count: missed, truncated: snapshot.truncated });
  for (const frame of state.buffered) next = framed(next, frame);
  return next;
}

export function framed(state: RoomState, frame: Frame): RoomState {
  if (!state.joined) return { ...state, buffered: [...state.buffered, frame] };
  if (frame.prev > state.seq) return { ...state, joined: false, behind: true, buffered: [frame] };
  let next = state;
  for (const event of frame.events ?? []) {
    if (event.seq > next.seq) next = applied(next, event);
  }
  // A frame from before the snapshot brings figures that the snapshot already knows better.
  if (frame.seq >= next.seq) {
    if (frame.stock && next.show) next = { ...next, show: withStock(next.show, frame.stock) };
    if (frame.deals) next = { ...next, deals: withRemaining(next.deals, frame.deals) };
    if (frame.people !== undefined) next = { ...next, people: frame.people };
  }
  return frame.seq > next.seq ? { ...next, seq: frame.seq } : next;
}

function applied(state: RoomState, event: RoomEvent): RoomState {
  const next = { ...state, seq: event.seq };
  switch (event.type) {
    case 'chat.posted':
      return withMessage(next, event.message);
    case 'chat.deleted':
      return withoutMessage(next, event.messageId);
    case 'pin.changed':
      return next.show ? { ...next, show: { ...next.show, pins: event.pins } } : next;
    case 'show.changed':
      return next.show ? { ...next, show: { ...next.show, ...event.show } } : next;
    case 'run.changed':
      return next.show ? { ...next, show: { ...next.show, offers: event.offers } } : next;
    case 'deals.changed':
      return { ...next, deals: event.deals };
    case 'stage.changed':
      return { ...next, stage: event.stage };
  }
}

/** Puts a message at its place in the sequence, once. A known one is replaced: it may have been deleted meanwhile. */
export function withMessage(state: RoomState, message: Message): RoomState {
  const own = state.own.filter((waiting) => waiting.clientMessageId !== message.clientMessageId);
  const line: Line = { kind: 'message', key: message.id, seq: message.seq, message };
  const index = state.lines.findIndex((known) => known.key === message.id);
  if (index >= 0) return { ...state, own, lines: state.lines.with(index, line) };
  return { ...state, own, lines: inserted(state.lines, line) };
}

function withoutMessage(state: RoomState, messageId: string): RoomState {
  const lines = state.lines.map((line): Line => {
    if (line.kind !== 'message' || line.message.id !== messageId) return line;
    return { ...line, message: { ...line.message, text: '', deleted: true } };
  });
  return { ...state, lines };
}

export function withNote(state: RoomState, note: Note, seq = state.seq): RoomState {
  const key = `note-${note.type}-${seq}-${state.lines.length}`;
  return { ...state, lines: inserted(state.lines, { kind: 'note', key, seq, note }) };
}

/** By sequence; equal numbers keep the order in which they came, so that a note stands behind the message it follows. */
function inserted(lines: Line[], line: Line): Line[] {
  let at = lines.length;
  while (at > 0 && (lines[at - 1]?.seq ?? 0) > line.seq) at -= 1;
  const next = lines.toSpliced(at, 0, line);
  return next.length > KEPT_LINES ? next.slice(-KEPT_LINES) : next;
}

function withRemaining(deals: Deal[], figures: DealFigure[]): Deal[] {
  const remaining = new Map(figures.map((figure) => [figure.dealId, figure.remaining]));
  return deals.map((deal) => ({ ...deal, remaining: remaining.get(deal.id) ?? deal.remaining }));
}

function withStock(show: PublicShow, figures: StockFigure[]): PublicShow {
  const byVariant = new Map(figures.map((figure) => [figure.variantId, figure]));
  const sold = new Map(figures.map((figure) => [figure.offerId, figure.sold]));
  const offers = show.offers.map((offer) => {
    if (!sold.has(offer.id) && !offer.variants.some((variant) => byVariant.has(variant.variantId))) return offer;
    return {
      ...offer,
      sold: sold.get(offer.id) ?? offer.sold,
      variants: offer.variants.map((variant) => ({
        ...variant,
        available: byVariant.get(variant.variantId)?.available ?? variant.available,
        waiting: byVariant.get(variant.variantId)?.waiting ?? variant.waiting,
      })),
    };
  });
  return { ...show, offers };
}

/** Shows a message at once, before the server has seen it. The same id again is a second attempt of the same message. */
export function sending(state: RoomState, message: Pick<OwnMessage, 'clientMessageId' | 'name' | 'text'>): RoomState {
  const others = state.own.filter((waiting) => waiting.clientMessageId !== message.clientMessageId);
  return { ...state, own: [...others, { ...message, state: 'sending', refusal: null, details: {}, failedAt: 0 }] };
}

export function sendingFailed(
  state: RoomState,
  clientMessageId: string,
  refusal: ErrorCode,
  details: Record<string, unknown>,
  failedAt: number,
): RoomState {
  const own = state.own.map((waiting): OwnMessage =>
    waiting.clientMessageId === clientMessageId ? { ...waiting, state: 'failed', refusal, details, failedAt } : waiting,
  );
  return { ...state, own };
}

export function forgotten(state: RoomState, clientMessageId: string): RoomState {
  return { ...state, own: state.own.filter((waiting) => waiting.clientMessageId !== clientMessageId) };
}

export function youChanged(state: RoomState, muted: boolean, mutedUntil: string | null): RoomState {
  if (!state.you) return state;
  const next = { ...state, you: { ...state.you, muted, mutedUntil } };
  if (muted === state.you.muted && mutedUntil === state.you.mutedUntil) return next;
  return withNote(next, muted ? { type: 'muted', until: mutedUntil } : { type: 'unmuted' });
}

export function saleMade(state: RoomState, sale: Sale, sales: SalesFigures): RoomState {
  const others = state.recentSales.filter((known) => known.orderId !== sale.orderId);
  return { ...state, sales, recentSales: [sale, ...others].slice(0, 50) };
}

/** The pin on screen now. */
export function currentPin(show: PublicShow | null): Pin | null {
  return show?.pins.findLast((pin) => pin.unpinnedAt === null) ?? null;
}

export function offerOf(show: PublicShow | null, offerId: string | null | undefined): Offer | null {
  return show?.offers.find((offer) => offer.id === offerId) ?? null;
}
