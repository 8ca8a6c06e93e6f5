import { describe, expect, it } from '@jest/globals';
import { next } from './next.ts';

const after = (path: string) => next(new URLSearchParams({ next: path }));

describe('the way after signing in', () => {
  it('is back to the page that asked', () => {
    expect(after('/studio/1?x=2')).toBe('/studio/1?x=2');
    expect(next(new URLSearchParams())).toBe('/shows');
  });

  it('never leaves the house', () => {
    for (const path of [
      '//evil.example',
      '/\\evil.example',
      'https://evil.example',
      'javascript:alert(1)',
      '/sign-in?next=/a',
    ]) {
      expect(after(path)).toBe('/shows');
    }
  });
});
