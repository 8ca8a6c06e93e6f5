import { describe, expect, it } from '@jest/globals';
import { toCsv } from './csv.ts';

describe('toCsv', () => {
  it('writes what Excel reads as UTF-8', () => {
    expect(toCsv(['時刻', '純売上'], [['20:34', 79_780]])).toBe('\uFEFF時刻,純売上\r\n20:34,79780\r\n');
  });

  it('quotes what would break a row', () => {
    expect(toCsv(['a'], [['皿、"七寸"'], ['a,b'], ['a\nb'], [null]])).toBe(
      '\uFEFFa\r\n"皿、""七寸"""\r\n"a,b"\r\n"a\nb"\r\n\r\n',
    );
  });

  it('does not let a product name run as a formula, and leaves negative numbers alone', () => {
    const names = ['=HYPERLINK("http://x")', '+1', '-1', '@cmd', '\t=1', '＝1', ' =1'];
    const [, ...rows] = toCsv(
      ['a'],
      names.map((name) => [name]),
    )
      .trimEnd()
      .split('\r\n');
    for (const row of rows) expect(row).toMatch(/^"?'/);
    expect(toCsv(['a'], [[-5]])).toBe('\uFEFFa\r\n-5\r\n');
  });
});
