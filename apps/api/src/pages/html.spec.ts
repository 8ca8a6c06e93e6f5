import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { escapeHtml, jsonForScript } from './html.ts';

/** What a browser reads back from a numeric character reference. */
const unescaped = (html: string) => html.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));

describe('escapeHtml', () => {
  it('leaves nothing that begins or ends anything, and loses nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...`<>"'&#;x3 あ`) }), (text) => {
        const html = escapeHtml(text);
        expect(html).not.toMatch(/[<>"']|&(?!#\d+;)/);
        expect(unescaped(html)).toBe(text);
      }),
    );
  });
});

describe('jsonForScript', () => {
  it('never ends the script element, and is the same JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('</script>', '<!--', '<script'), (value, hostile) => {
        const json = jsonForScript([value, hostile]);
        expect(json).not.toContain('<');
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify([value, hostile])));
      }),
    );
  });
});
