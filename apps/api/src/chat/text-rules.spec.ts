import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AppError } from '#platform/app-error';
import { checkedText } from './text-rules.ts';

function reasonOf(text: string): unknown {
  try {
    checkedText('text', text);
    return null;
  } catch (error) {
    expect(error).toMatchObject({ code: 'text_not_allowed', details: { path: 'text' } });
    return (error as AppError).details?.reason;
  }
}

describe('checkedText', () => {
  it.each([
    ['こんにちは'],
    ['مرحبا بالعالم'],
    ['שָׁלוֹם עֲלֵיכֶם'],
    ['Tiếng Việt ở đây'],
    ['สวัสดี ที่นี่'],
    ['ठीक है'],
    ['👨‍👩‍👧‍👦 🏳️‍🌈 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
    ['<b>&amp;</b> {{x}} ${y}'],
  ])('keeps %s as it is', (text) => expect(checkedText('text', text)).toBe(text));

  it('makes one line of several', () => {
    expect(checkedText('text', '  one\r\n\r\ntwo\tthree \n')).toBe('one two three');
  });

  it.each([
    ['an override', 'a\u202Eb', 'bidi'],
    ['an embedding', '\u202Ab', 'bidi'],
    ['an isolate', '\u2066b\u2069', 'bidi'],
    ['a NUL', 'a\0b', 'control'],
    ['an escape sequence', '\u001b[31mred', 'control'],
    ['a C1 control', 'a\u0085b', 'control'],
    ['a line separator', 'a\u2028b', 'control'],
    ['a tower of marks', `a${'\u0300'.repeat(5)}`, 'marks'],
    ['a tower that is composed at its foot', `\u1ED7${'\u0301'.repeat(3)}`, 'marks'],
    ['nothing', '', 'empty'],
    ['spaces of all kinds', ' \u00A0\u3000\u2003', 'empty'],
    ['joiners', '\u200B\u200D\u2060\uFEFF', 'empty'],
    ['Hangul fillers', '\u3164\u115F\u1160\uFFA0', 'empty'],
    ['a blank of Braille', '\u2800', 'empty'],
    ['marks on nothing', '\u0301\u0301', 'empty'],
    ['tags and selectors', '\u{E0041}\uFE0F\u034F', 'empty'],
  ])('refuses %s', (_, text, reason) => expect(reasonOf(text)).toBe(reason));

  it('answers, to whatever it is given, a line that it would answer again, or a refusal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        if (reasonOf(text) !== null) return;
        const kept = checkedText('text', text);
        expect(checkedText('text', kept)).toBe(kept);
        expect(kept).not.toMatch(/[\r\n\t\u202A-\u202E\u2066-\u2069]/);
      }),
    );
  });
});
