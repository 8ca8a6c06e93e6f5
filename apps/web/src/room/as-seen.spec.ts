import { describe, expect, it } from '@jest/globals';
import type { Deal } from '#contracts/deals';
import type { Pin, PublicShow } from '#contracts/shows';
import { LATEST_MS, lateness } from '../media/lateness.ts';
import { nextSeen, roomAsSeen } from './as-seen.ts';
import { currentPin, emptyRoom, type RoomState } from './room.ts';

const at = (second: number) => new Date(second * 1000).toISOString();
const pin = (id: string, from: number, to: number | null): Pin => {
  return { id, offerId: id, pinnedAt: at(from), unpinnedAt: to === null ? null : at(to) };
};
const deal = (from: number, to: number): Deal => {
  const terms = { offerId: 'mug', variantId: null, kind: 'percent' as const, value: 20, quantity: 5, perBuyer: 1 };
  return { id: 'deal', ...terms, remaining: 3, startsAt: at(from), endsAt: at(to) };
};

function room(pins: Pin[], deals: Deal[]): RoomState {
  return { ...emptyRoom({ pins, offers: [] } as unknown as PublicShow), deals };
}

describe('the room as the picture shows it', () => {
  const swapped = room([pin('mug', 100, 120), pin('bowl', 120, null)], [deal(118, 150)]);
  const pinned = (state: RoomState) => currentPin(state.show)?.id ?? null;

  it('has a pin, and loses it, when its frame arrives', () => {
    const seen = (now: number) => pinned(roomAsSeen(swapped, 2_000, now * 1000));
    expect([101, 102, 121.9, 122].map(seen)).toEqual([null, 'mug', 'mug', 'bowl']);
    const gone = room([pin('mug', 100, 120)], []);
    expect([121.9, 122].map((now) => pinned(roomAsSeen(gone, 2_000, now * 1000)))).toEqual(['mug', null]);
  });

  it('has a deal from its first frame to its last, counted down by the clock of all others', () => {
    const seen = (now: number) => roomAsSeen(swapped, 2_000, now * 1000).deals;
    expect(seen(119.9)).toEqual([]);
    expect(seen(120)).toMatchObject([{ remaining: 3, startsAt: at(120), endsAt: at(152) }]);
  });

  it('has what came while the picture stood still, some seconds later', () => {
    // The picture of second 100 stays. The host pins the mug at 101 and begins a deal at 104.
    const stuck = room([pin('mug', 101, null)], [deal(104, 134)]);
    const seen = (now: number) => {
      const late = lateness({ latencyMs: (now - 100) * 1000, wentBack: false }, 2_000);
      const { deals, ...state } = roomAsSeen(stuck, late, now * 1000);
      return [pinned(state as RoomState), deals.map(({ startsAt }) => startsAt).join()];
    };
    const seconds = LATEST_MS / 1000;
    expect(seen(100.9 + seconds)).toEqual([null, '']);
    expect(seen(101 + seconds)).toEqual(['mug', '']);
    expect(seen(104 + seconds)).toEqual(['mug', at(104 + seconds)]);
    // What is due next is known, although nothing moves.
    expect(nextSeen(stuck, LATEST_MS, (101 + seconds) * 1000)).toBe(3_000);
  });

  it('leaves deals as they are to who went back on purpose, and shows them the pin of their picture', () => {
    const back = roomAsSeen(swapped, 60_000, 170_000);
    expect([pinned(back), back.deals]).toEqual(['mug', swapped.deals]);
  });

  it('tells when there is more to see', () => {
    expect(nextSeen(swapped, 2_000, 101_000)).toBe(1_000);
    expect(nextSeen(swapped, 2_000, 119_000)).toBe(1_000); // the deal
    expect(nextSeen(swapped, 2_000, 121_500)).toBe(500); // the other pin
    expect(nextSeen(swapped, 2_000, 122_000)).toBeNull();
  });
});
