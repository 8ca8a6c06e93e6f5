import { describe, expect, it } from '@jest/globals';
import { ratio } from './ratio.ts';

describe('ratio', () => {
  it('is a share, and unknown over nothing', () => {
    expect(ratio(1, 4)).toBe(0.25);
    expect(ratio(0, 4)).toBe(0);
    expect(ratio(0, 0)).toBeNull();
    expect(ratio(3, 0)).toBeNull();
  });
});
