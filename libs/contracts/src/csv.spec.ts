import { describe, expect, it } from '@jest/globals';
import { csvRow } from './csv.ts';

describe('a row of a CSV file', () => {
  it('writes text, numbers, exact amounts and nothing', () => {
    expect(csvRow(['月白のマグ', 3, { number: '-12.50' }, null, ''])).toBe('月白のマグ,3,-12.50,,\r\n');
  });

  it('quotes what would end a cell or a row', () => {
    expect(csvRow(['a,b', 'say "hi"', 'two\r\nlines', "it's"])).toBe('"a,b","say ""hi""","two\r\nlines",it\'s\r\n');
  });

  it.each(['=1+1', '+81 90', '-1', '@SUM(A1)', '\t=1', ' =1', '＝1', '－1'])('leads %j by an apostrophe', (text) => {
    expect(csvRow([text])).toBe(`'${text}\r\n`);
    expect(csvRow([`${text},"`])).toBe(`"'${text},"""\r\n`);
  });

  it('leaves alone what only contains such signs', () => {
    expect(csvRow(['a=b', '090-0000-0000', 'haruka@example.jp'])).toBe('a=b,090-0000-0000,haruka@example.jp\r\n');
  });
});
