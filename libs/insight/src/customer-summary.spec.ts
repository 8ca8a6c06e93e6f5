import { describe, expect, it } from '@jest/globals';
import { summarise } from './customer-summary.ts';

const buy = (customer: string, day: number, amount: number) => ({ customer, day, amount });

describe('summarise', () => {
  it('counts in weeks from the first purchase, whatever the order of the rows', () => {
    const rows = [buy('kei', 17, 2973), buy('kei', 213, 1496), buy('kei', 0, 2933)];
    expect(summarise(rows, 272)).toEqual([{ customer: 'kei', x: 2, tx: 213 / 7, T: 272 / 7, zbar: (2973 + 1496) / 2 }]);
  });

  it('takes all of one day for one purchase', () => {
    const rows = [buy('kei', 0, 100), buy('kei', 0, 50), buy('kei', 7, 30), buy('kei', 7, 40)];
    expect(summarise(rows, 14)).toEqual([{ customer: 'kei', x: 1, tx: 1, T: 2, zbar: 70 }]);
  });

  it('knows no mean of one purchase', () => {
    expect(summarise([buy('rin', 3, 100)], 10)).toEqual([{ customer: 'rin', x: 0, tx: 0, T: 1, zbar: null }]);
  });

  it('hears nothing of what comes after', () => {
    expect(summarise([buy('kei', 0, 100), buy('kei', 8, 100), buy('rin', 8, 100)], 7)).toEqual([
      { customer: 'kei', x: 0, tx: 0, T: 1, zbar: null },
    ]);
  });
});
