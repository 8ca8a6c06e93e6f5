import { describe, expect, it } from '@jest/globals';
import { askedOf, queryOf, withField, withMetric, withStage, withTime, type Asked } from './customer-filter.ts';

describe('what a list of customers is asked for', () => {
  it('goes into the address and comes back', () => {
    const asked: Asked = {
      view: 'rfm',
      filter: {
        q: '晴香',
        stages: ['loyal'],
        metrics: { netAmount: { min: 5000 } },
        times: { lastOrderAt: { to: '2026-10-31' } },
      },
      sort: 'netAmount',
      order: 'asc',
    };
    expect(askedOf(new URLSearchParams(queryOf(asked).toString()))).toEqual(asked);
    expect(queryOf(askedOf(new URLSearchParams())).toString()).toBe('');
  });

  it('is what it can be where an address makes no sense', () => {
    const plain = { view: 'list', filter: {}, sort: 'lastSeenAt', order: 'desc' };
    expect(askedOf(new URLSearchParams('view=x&filter={&sort=shoe&order=up'))).toEqual(plain);
    expect(askedOf(new URLSearchParams('filter={"colour":"red"}'))).toEqual(plain);
  });

  it('loses a part without its last bound', () => {
    const filter = withMetric({}, 'orders', { min: 2, max: 4 });
    expect(filter).toEqual({ metrics: { orders: { min: 2, max: 4 } } });
    expect(withMetric(filter, 'orders', {})).toEqual({});
    expect(withTime(withTime({}, 'lastSeenAt', { min: '2026-10-01' }), 'lastSeenAt', {})).toEqual({});
    expect(withStage(withStage({}, 'fan', true), 'fan', false)).toEqual({});
    expect(withField({ q: 'a' }, 'q', '')).toEqual({});
  });
});
