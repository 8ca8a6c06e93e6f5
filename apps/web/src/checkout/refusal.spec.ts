import { describe, expect, it } from '@jest/globals';
import { errorCodes } from '#contracts/errors';
import { locale } from '../i18n.ts';
import { useRefusalText } from './refusal-text.ts';
import { refusalWords } from './refusal.ts';

describe('what a buyer is told of a refusal', () => {
  it.each(['ja', 'en'] as const)('says what happened and what to do, for every code, in %s', (code) => {
    locale.set(code);
    for (const refusal of errorCodes) {
      const { title, text } = refusalWords({ code: refusal, details: {} }, 'JPY', useRefusalText.get());
      expect([title, text].every((words) => words.length > 5 && !/undefined|NaN/.test(words))).toBe(true);
    }
  });

  it('names the sum that can be charged', () => {
    locale.set('en');
    const say = (totalAmount: number) =>
      refusalWords(
        { code: 'amount_not_chargeable', details: { minimum: 50, maximum: 99_999_999, totalAmount } },
        'JPY',
        useRefusalText.get(),
      ).title;
    expect(say(30)).toContain('¥50');
    expect(say(100_000_000)).toContain('¥99,999,999');
  });
});
