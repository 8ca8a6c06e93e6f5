import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Frame, Message, RoomEvent, Snapshot } from '#contracts/room';
import type { PublicShow } from '#contracts/shows';
import { emptyStage } from '#contracts/stage';
import * as room from './room.ts';

const show: PublicShow = {
  id: 'show',
  slug: 'show',
  title: '秋の窯出し',
  subtitle: '',
  hostName: '早川',
  posterUrl: null,
  brand: { id: 'brand', slug: 'brand', name: '器の渚', logoUrl: null, currency: 'JPY', timeZone: 'Asia/Tokyo' },
  state: 'live',
  startsAt: '2026-10-17T11:00:00Z',
  endsAt: null,
  liveSince: '2026-10-17T11:00:00Z',
  endedAt: null,
  broadcast: null,
  offers: [
    {
      id: 'offer',
      position: 1,
      productId: 'product',
      name: '月白のマグ',
      note: '',
      description: '',
      imageUrl: null,
      currency: 'JPY',
      sold: 0,
      variants: [
        { variantId: 'white', name: '月白', swatch: null, imageUrl: null, priceAmount: 3520, available: 7, waiting: 0 },
        { variantId: 'black', name: '鉄黒', swatch: null, imageUrl: null, priceAmount: 3520, available: 4, waiting: 0 },
      ],
    },
  ],
  pins: [],
  serverTime: '2026-10-17T11:20:00Z',
};

function message(seq: number, more: Partial<Message> = {}): Message {
  return {
    id: `m${seq}`,
    seq,
    clientMessageId: `client-${seq}`,
    viewerId: 'someone',
    name: 'はる',
    role: 'viewer',
    text: `text ${seq}`,
    sentAt: '2026-10-17T11:20:00Z',
    deleted: false,
    ...more,
  };
}

function posted(seq: number, more: Partial<Message> = {}): RoomEvent {
  return { type: 'chat.posted', seq, message: message(seq, more) };
}

/** A frame with the messages first..last. */
function frame(first: number, last: number, more: Partial<Frame> = {}): Frame {
  const events = Array.from({ length: last - first + 1 }, (_, index) => posted(first + index));
  return { showId: 'show', prev: first - 1, seq: last, events, ...more };
}

function snapshot(seq: number, messages: Message[], more: Partial<Snapshot> = {}): Snapshot {
  return {
    show,
    seq,
    messages,
    truncated: false,
    people: 3,
    deals: [],
    stage: emptyStage,
    you: { viewerId: 'me', role: 'viewer', name: null, muted: false, mutedUntil: null },
    sales: null,
    recentSales: null,
    ...more,
  };
}

const start = () => room.joined(room.emptyRoom(null), snapshot(2, [message(1), message(2)]));
const seqs = (state: room.RoomState) =>
  state.lines.flatMap((line) => (line.kind === 'message' ? [line.message.seq] : []));
const notes = (state: room.RoomState) => state.lines.flatMap((line) => (line.kind === 'note' ? [line.note] : []));

it('knows the stage by the snapshot and by what happens to it, whichever came last', () => {
  expect(room.emptyRoom(null).stage).toBeNull();
  const stage = { ...emptyStage, version: 1, layout: 'solo' as const };
  const event: RoomEvent = { type: 'stage.changed', seq: 3, stage };
  const told = room.framed(start(), { showId: 'show', prev: 2, seq: 3, events: [event] });
  expect(told.stage).toEqual(stage);
  const again = room.joined(told, snapshot(4, [], { stage: { ...stage, version: 2 } }), 3);
  expect(again.stage?.version).toBe(2);
});

describe('sequence', () => {
  it('applies frames that follow on each other', () => {
    const state = room.framed(room.framed(start(), frame(3, 4)), frame(5, 5));
    expect(seqs(state)).toEqual([1, 2, 3, 4, 5]);
    expect(state.seq).toBe(5);
  });

  it('drops what it already has, also inside a frame that overlaps', () => {
    const state = room.framed(room.framed(start(), frame(3, 4)), frame(3, 5));
    expect(seqs(state)).toEqual([1, 2, 3, 4, 5]);
  });

  it('sees a gap, keeps the frame, and applies it after the resume', () => {
    const behind = room.framed(start(), frame(5, 6));
    expect(behind.behind).toBe(true);
    expect(seqs(behind)).toEqual([1, 2]);
    const resumed = room.joined(behind, snapshot(4, [message(3), message(4)]), 2);
    expect(seqs(resumed)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(resumed).toMatchObject({ seq: 6, behind: false, joined: true, buffered: [] });
  });

  it('keeps frames that arrive before the snapshot', () => {
    const early = room.framed(room.framed(room.emptyRoom(null), frame(2, 3)), frame(4, 4));
    const state = room.joined(early, snapshot(3, [message(1), message(2), message(3)]));
    expect(seqs(state)).toEqual([1, 2, 3, 4]);
  });

  it('asks again when even the buffered frames leave a gap', () => {
    const early = room.framed(room.emptyRoom(null), frame(9, 9));
    const state = room.joined(early, snapshot(3, [message(3)]));
    expect(state).toMatchObject({ behind: true, joined: false, seq: 3 });
  });

  it('starts anew when the server has forgotten', () => {
    const state = room.joined(start(), snapshot(1, [message(1, { id: 'other' })]), 2);
    expect(seqs(state)).toEqual([1]);
    expect(notes(state)).toEqual([]);
  });

  it('loses and doubles nothing, wherever the line breaks', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ size: fc.integer({ min: 1, max: 4 }), lost: fc.boolean() })), (steps) => {
        let state = room.joined(room.emptyRoom(null), snapshot(0, []));
        let last = 0;
        for (const { size, lost } of steps) {
          const next = frame(last + 1, last + size);
          last += size;
          if (!lost) state = room.framed(state, next);
          if (state.behind) {
            const missed = Array.from({ length: last - state.seq }, (_, index) => message(state.seq + 1 + index));
            state = room.joined(state, snapshot(last, missed), state.seq);
          }
        }
        const missed = Array.from({ length: last - state.seq }, (_, index) => message(state.seq + 1 + index));
        state = room.joined(room.left(state), snapshot(last, missed), state.seq);
        expect(seqs(state)).toEqual(Array.from({ length: last }, (_, index) => index + 1));
      }),
    );
  });
});

describe('catching up', () => {
  it('says how many were missed, below them and above what comes then', () => {
    const state = room.joined(room.left(start()), snapshot(4, [message(3), message(4)]), 2);
    expect(notes(state)).toEqual([{ type: 'caughtUp', count: 2, truncated: false }]);
    expect(room.framed(state, frame(5, 5)).lines.map(({ kind }) => kind)).toEqual([
      ...Array(4).fill('message'),
      'note',
      'message',
    ]);
  });

  it('says so after an absence that was too long for all to be loaded', () => {
    const newest = Array.from({ length: 500 }, (_, index) => message(1_001 + index));
    const state = room.joined(room.left(start()), { ...snapshot(1_500, newest), truncated: true }, 2);
    expect(state.lines.at(-1)).toMatchObject({ note: { type: 'caughtUp', count: 500, truncated: true } });
    expect(seqs(state)).toEqual([1, 2, ...newest.map(({ seq }) => seq)]);
  });

  it('counts neither own messages nor deleted ones', () => {
    const sent = room.sending(start(), { clientMessageId: 'client-3', name: 'わたし', text: 'text 3' });
    const state = room.joined(room.left(sent), snapshot(4, [message(3), message(4, { deleted: true, text: '' })]), 2);
    expect(notes(state)).toEqual([]);
    expect(state.own).toEqual([]);
  });

  it('learns of a message that was deleted meanwhile', () => {
    const state = room.joined(room.left(start()), snapshot(3, [message(1, { deleted: true, text: '' })]), 2);
    expect(state.lines[0]).toMatchObject({ message: { deleted: true, text: '' } });
    expect(seqs(state)).toEqual([1, 2]);
  });
});

describe('own messages', () => {
  const sent = () => room.sending(start(), { clientMessageId: 'client-3', name: 'わたし', text: 'text 3' });

  it('wait at the end and give way to the acknowledged one', () => {
    expect(sent().own).toMatchObject([{ state: 'sending' }]);
    const state = room.withMessage(sent(), message(3));
    expect(state.own).toEqual([]);
    expect(seqs(state)).toEqual([1, 2, 3]);
  });

  it('are there once when the frame overtakes the acknowledgement, and the other way round', () => {
    const frameFirst = room.withMessage(room.framed(sent(), frame(3, 3)), message(3));
    const ackFirst = room.framed(room.withMessage(sent(), message(3)), frame(3, 3));
    for (const state of [frameFirst, ackFirst]) {
      expect(seqs(state)).toEqual([1, 2, 3]);
      expect(state.own).toEqual([]);
      expect(state.seq).toBe(3);
    }
  });

  it('take their place in the sequence when others come between', () => {
    const state = room.framed(room.withMessage(sent(), message(4, { clientMessageId: 'client-3' })), frame(3, 4));
    expect(seqs(state)).toEqual([1, 2, 3, 4]);
  });

  it('keep their reason when refused, and go again with the same id', () => {
    const failed = room.sendingFailed(sent(), 'client-3', 'too_fast', { retryAfterMs: 8000 }, 1000);
    expect(failed.own).toMatchObject([{ state: 'failed', refusal: 'too_fast', failedAt: 1000 }]);
    const again = room.sending(failed, { clientMessageId: 'client-3', name: 'わたし', text: 'text 3' });
    expect(again.own).toMatchObject([{ state: 'sending', refusal: null }]);
    expect(room.forgotten(again, 'client-3').own).toEqual([]);
  });
});

describe('figures and state', () => {
  it('takes stock and people of the newest frame', () => {
    const state = room.framed(start(), {
      showId: 'show',
      prev: 2,
      seq: 2,
      people: 9,
      stock: [{ variantId: 'white', offerId: 'offer', available: 6, waiting: 0, sold: 1 }],
    });
    expect(state.people).toBe(9);
    expect(state.show?.offers[0]).toMatchObject({ sold: 1, variants: [{ available: 6 }, { available: 4 }] });
  });

  it('leaves out figures from before the snapshot', () => {
    const stock = [{ variantId: 'white', offerId: 'offer', available: 99, waiting: 0, sold: 0 }];
    const early = room.framed(room.emptyRoom(null), frame(1, 1, { stock, people: 99 }));
    const state = room.joined(early, snapshot(2, [message(1), message(2)]));
    expect(state.people).toBe(3);
    expect(state.show?.offers[0]?.variants[0]?.available).toBe(7);
  });

  it('deletes in place, pins, and tells a mute once', () => {
    const pin = { id: 'pin', offerId: 'offer', pinnedAt: '2026-10-17T11:21:00Z', unpinnedAt: null };
    let state = room.framed(start(), {
      showId: 'show',
      prev: 2,
      seq: 4,
      events: [
        { type: 'chat.deleted', seq: 3, messageId: 'm1' },
        { type: 'pin.changed', seq: 4, pins: [pin] },
      ],
    });
    expect(state.lines[0]).toMatchObject({ message: { deleted: true, text: '' } });
    expect(room.currentPin(state.show)).toEqual(pin);
    state = room.youChanged(state, true, '2026-10-17T11:31:00Z');
    state = room.youChanged(state, true, '2026-10-17T11:31:00Z');
    expect(notes(state)).toEqual([{ type: 'muted', until: '2026-10-17T11:31:00Z' }]);
  });
});
