import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Backoff, crowd, hostAlone } from './backoff.ts';

describe('Backoff', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  async function longestWaits(backoff: Backoff, count: number): Promise<number[]> {
    const waits: number[] = [];
    for (let attempt = 0; attempt < count; attempt += 1) {
      waits.push(backoff.next(() => 1));
      const pause = backoff.pause();
      await jest.advanceTimersByTimeAsync(20_000);
      await pause;
    }
    return waits;
  }

  it('grows from 0.3 s to 3 s, and becomes patient after a dozen refusals', async () => {
    const waits = await longestWaits(new Backoff(crowd), 13);
    expect(waits.map(Math.round)).toEqual([300, 480, 768, 1229, 1966, ...Array<number>(7).fill(3000), 10_000]);
  });

  it('keeps a host waiting less', async () => {
    const waits = await longestWaits(new Backoff(hostAlone), 13);
    expect(waits.map(Math.round)).toEqual([300, 480, 768, 1229, ...Array<number>(8).fill(1500), 3000]);
  });

  it('halves a wait at most by chance', () => {
    expect(new Backoff(crowd).next(() => 0)).toBe(150);
  });

  it('begins anew after success', async () => {
    const backoff = new Backoff(crowd);
    await longestWaits(backoff, 4);
    backoff.reset();
    expect(backoff.next(() => 1)).toBe(300);
  });

  it('ends a wait at once when woken', async () => {
    const backoff = new Backoff(crowd);
    const pause = backoff.pause();
    backoff.wake();
    await expect(pause).resolves.toBeUndefined();
    expect(jest.getTimerCount()).toBe(0);
  });
});
