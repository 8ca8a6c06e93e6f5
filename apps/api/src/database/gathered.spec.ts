import { describe, expect, it } from '@jest/globals';
import { Gathered } from './gathered.ts';

/** Loads that wait to be let go, and what each was asked for. */
function held() {
  const loads: { keys: number[]; finish: (error?: Error) => void }[] = [];
  const gathered = new Gathered<number, string>(String, (keys) => {
    return new Promise((resolve, reject) => {
      const found = new Map(keys.filter((key) => key < 100).map((key) => [String(key), `value ${key}`]));
      loads.push({ keys, finish: (error) => (error ? reject(error) : resolve(found)) });
    });
  });
  return { gathered, loads };
}

const soon = () => new Promise((resolve) => setImmediate(resolve));

describe('what is gathered', () => {
  it('leaves at once when it is alone, and together with all who came meanwhile', async () => {
    const { gathered, loads } = held();
    const first = gathered.get(1);
    const others = Promise.all([gathered.get(2), gathered.get(3), gathered.get(2), gathered.get(1), gathered.get(100)]);
    expect(loads.map(({ keys }) => keys)).toEqual([[1]]);
    loads[0]!.finish();
    expect(await first).toBe('value 1');
    await soon();
    // The 1 that was asked for during the first load is loaded again: it may have changed since that began.
    expect(loads[1]!.keys).toEqual([2, 3, 1, 100]);
    loads[1]!.finish();
    expect(await others).toEqual(['value 2', 'value 3', 'value 2', 'value 1', undefined]);
    const later = gathered.get(4);
    expect(loads[2]!.keys).toEqual([4]);
    loads[2]!.finish();
    expect(await later).toBe('value 4');
  });

  it('fails only those who went with the load that failed', async () => {
    const { gathered, loads } = held();
    const first = gathered.get(1);
    const second = gathered.get(2);
    loads[0]!.finish(new Error('the line broke'));
    await expect(first).rejects.toThrow('the line broke');
    await soon();
    loads[1]!.finish();
    expect(await second).toBe('value 2');
  });

  it('loads each alone when one of several is refused, so that only that one fails', async () => {
    const loads: string[][] = [];
    const gathered = new Gathered<string, string>(String, async (keys) => {
      loads.push(keys);
      await soon();
      if (keys.includes('bad')) throw Object.assign(new Error('no such day'), { code: '22008' });
      if (keys.includes('down')) throw Object.assign(new Error('going down'), { code: '57P01' });
      return new Map(keys.map((key) => [key, key.toUpperCase()]));
    });
    const first = gathered.get('a');
    const rest = Promise.allSettled(['b', 'bad', 'c'].map((key) => gathered.get(key)));
    expect(await first).toBe('A');
    expect(await rest).toEqual([
      { status: 'fulfilled', value: 'B' },
      { status: 'rejected', reason: expect.objectContaining({ message: 'no such day' }) },
      { status: 'fulfilled', value: 'C' },
    ]);
    expect(loads).toEqual([['a'], ['b', 'bad', 'c'], ['b'], ['bad'], ['c']]);
    await soon();
    const last = Promise.allSettled(['d', 'e', 'down'].map((key) => gathered.get(key)));
    expect((await last).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  });

  it('keeps a load to a size that a statement takes', async () => {
    const { gathered, loads } = held();
    const all = Array.from({ length: 2_502 }, (_, key) => gathered.get(key));
    for (let load = 0; load < 3; load += 1) {
      loads[load]!.finish();
      await soon();
    }
    expect(loads.map(({ keys }) => keys.length)).toEqual([1, 2_000, 501]);
    expect((await Promise.all(all)).slice(98, 102)).toEqual(['value 98', 'value 99', undefined, undefined]);
  });
});
