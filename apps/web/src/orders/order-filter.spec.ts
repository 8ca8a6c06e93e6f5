import { describe, expect, it } from '@jest/globals';
import { filterOf, viewOf, withField } from './order-filter.ts';

const query = (text: string) => new URLSearchParams(text);

describe('the filter of an address', () => {
  it('is the tab and what stands beside it', () => {
    expect(filterOf(query(''))).toEqual({});
    expect(filterOf(query('view=to_ship&q=%20mug%20&from=2026-11-01'))).toEqual({
      q: 'mug',
      from: '2026-11-01',
      shipped: 'no',
      disputed: 'no',
    });
  });

  it('finds what is still owed', () => {
    expect(filterOf(query('view=refund_failed'))).toEqual({ refundFailed: 'yes' });
  });

  it('leaves out what makes no sense', () => {
    expect(filterOf(query('view=lost&from=yesterday&showId=1&paymentMethod=gold&to='))).toEqual({});
    expect(viewOf(query('view=lost'))).toBe('all');
  });

  it('is changed one field at a time', () => {
    expect(withField(query('q=a&view=shipped'), 'q', '').toString()).toBe('view=shipped');
    expect(withField(query('q=a&view=shipped'), 'view', 'all').toString()).toBe('q=a');
    expect(withField(query('q=a'), 'from', '2026-11-01').toString()).toBe('q=a&from=2026-11-01');
  });
});
