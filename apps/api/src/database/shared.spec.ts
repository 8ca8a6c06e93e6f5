import { describe, expect, it } from '@jest/globals';
import { Shared } from './shared.ts';

describe('what is shared', () => {
  it('is one answer for all who come while the one before is worked out, and none for later ones', async () => {
    const shared = new Shared<number>();
    const asks: PromiseWithResolvers<number>[] = [];
    const ask = () => {
      const asked = Promise.withResolvers<number>();
      asks.push(asked);
      return asked.promise;
    };
    const first = shared.get('a', ask);
    const others = [shared.get('a', ask), shared.get('a', ask)];
    const another = shared.get('b', ask);
    expect(asks).toHaveLength(2);
    asks[0]!.reject(new Error('the line broke'));
    asks[1]!.resolve(2);
    await expect(first).rejects.toThrow('the line broke');
    expect(await another).toBe(2);
    await new Promise((resolve) => setImmediate(resolve));
    expect(asks).toHaveLength(3);
    asks[2]!.resolve(3);
    expect(await Promise.all(others)).toEqual([3, 3]);
    const later = shared.get('a', ask);
    asks[3]!.resolve(4);
    expect(await later).toBe(4);
  });
});
