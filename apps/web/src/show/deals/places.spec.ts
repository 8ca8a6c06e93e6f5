import { describe, expect, it } from '@jest/globals';
import type { Hold, WaitlistEntry } from '#contracts/checkout';
import { allPlaces, lapsedPlaces, withPlace } from './places.ts';

const now = Date.parse('2026-10-17T11:20:00Z');
const nobody = () => false;

function hold(expiresInMs: number, state: Hold['state'] = 'active'): Hold {
  return {
    id: 'hold',
    showId: 'show',
    offerId: 'offer',
    variantId: 'variant',
    dealId: null,
    quantity: 1,
    createdAt: new Date(now - 180_000).toISOString(),
    expiresAt: new Date(now + expiresInMs).toISOString(),
    state,
    serverTime: new Date(now).toISOString(),
  };
}

function place(more: Partial<WaitlistEntry> = {}): WaitlistEntry {
  const ids = { id: 'place', showId: 'show', offerId: 'offer', variantId: 'variant' };
  return { ...ids, quantity: 1, state: 'waiting', ahead: 2, hold: null, ...more };
}

describe('places on waitlists', () => {
  it('are replaced by what is newer, and forgotten when they are given up', () => {
    const offered = withPlace([place()], place({ state: 'offered', hold: hold(1000) }));
    expect(offered).toHaveLength(1);
    expect(withPlace(offered, place({ state: 'left' }))).toEqual([]);
  });

  it('that the server does not know any more are gone, but a turn that lapsed is still told', () => {
    const turn = place({ id: 'turn', state: 'offered', hold: hold(-1) });
    expect(allPlaces([place(), turn], [])).toEqual([turn]);
    expect(allPlaces([place({ ahead: 2 })], [place({ ahead: 1 })])).toMatchObject([{ ahead: 1 }]);
  });
});

describe('a turn', () => {
  const turn = (expiresInMs: number, state?: Hold['state']) =>
    place({ state: 'offered', hold: hold(expiresInMs, state) });

  it('lapses with its hold, unless it was bought or is being paid', () => {
    expect(lapsedPlaces([turn(1)], now, nobody)).toEqual([]);
    expect(lapsedPlaces([turn(0)], now, nobody)).toHaveLength(1);
    expect(lapsedPlaces([turn(0)], now, (id) => id === 'hold')).toEqual([]);
    expect(lapsedPlaces([turn(0, 'attached')], now, nobody)).toEqual([]);
  });

  it('that lapsed is not told to somebody who waits again', () => {
    expect(lapsedPlaces([turn(0), place({ id: 'again' })], now, nobody)).toEqual([]);
  });
});
