import { describe, expect, it } from '@jest/globals';
import { lifecycleStage, type LifecycleFacts } from './lifecycle.ts';

const newcomer: LifecycleFacts = { orders: 0, daysSinceLastOrder: null, daysSinceLastSeen: 0, recentShows: 1 };

describe('lifecycleStage', () => {
  it.each<[string, Partial<LifecycleFacts>]>([
    ['new', {}],
    ['new', { orders: 1, daysSinceLastOrder: 3, recentShows: 2 }],
    ['fan', { recentShows: 3 }],
    ['fan', { orders: 1, daysSinceLastOrder: 90, recentShows: 5 }],
    ['repeater', { orders: 2, daysSinceLastOrder: 10, recentShows: 9 }],
    ['repeater', { orders: 3, daysSinceLastOrder: 90 }],
    ['loyal', { orders: 4, daysSinceLastOrder: 90 }],
    ['at_risk', { orders: 4, daysSinceLastOrder: 91 }],
    ['at_risk', { orders: 1, daysSinceLastOrder: 400, daysSinceLastSeen: 2, recentShows: 8 }],
    ['at_risk', { daysSinceLastSeen: 91 }],
    ['at_risk', { orders: 9, daysSinceLastOrder: 180, daysSinceLastSeen: 180 }],
    ['lost', { orders: 9, daysSinceLastOrder: 181, daysSinceLastSeen: 181 }],
    ['lost', { daysSinceLastSeen: 181 }],
  ])('is %s with %j', (stage, facts) => {
    expect(lifecycleStage({ ...newcomer, ...facts })).toBe(stage);
  });
});
