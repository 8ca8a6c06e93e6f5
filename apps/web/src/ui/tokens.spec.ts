import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

/** The promises of the look about contrast (WCAG 2.2), kept over the colours as they are in tokens.css. */
const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');

type Tokens = Record<string, string>;

const rules = [...css.matchAll(/([^{}]+)\{([^{}]*)\}/g)].map(([, selector, body]) => ({
  selector: (selector ?? '').replace(/["']/g, '').replace(/\s+/g, ' ').trim(),
  tokens: Object.fromEntries(
    [...(body ?? '').matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, (value ?? '').trim()]),
  ) as Tokens,
}));

/** The first rule with this selector, and of several the one that has `token`. */
function tokensOf(selector: string, token = 'paper'): Tokens {
  const rule = rules.find((one) => one.selector === selector && token in one.tokens);
  if (!rule) throw new Error(`tokens.css has no ${selector}`);
  return rule.tokens;
}

type Rgb = [number, number, number];

function parse(color: string): Rgb {
  const digits = /^#([0-9a-f]{6})$/i.exec(color)?.[1];
  if (!digits) throw new Error(`not a colour: ${color}`);
  return [0, 2, 4].map((index) => parseInt(digits.slice(index, index + 2), 16)) as Rgb;
}

/** A `rgb(r g b / a)` laid on an opaque colour. */
function laidOn(color: string, below: Rgb): Rgb {
  const [red, green, blue, alpha] = (color.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue].map(
    (part, index) => (part ?? 0) * (alpha ?? 1) + below[index]! * (1 - (alpha ?? 1)),
  ) as Rgb;
}

function luminance(color: Rgb): number {
  const [red, green, blue] = color.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: Rgb, b: Rgb): number {
  const [lighter, darker] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

const themes = {
  light: tokensOf(':root, [data-theme=light]'),
  dark: tokensOf('[data-theme=dark]'),
};
const stage = tokensOf(':root', 'stage');

const texts = ['ink', 'ink-2', 'ink-3', 'ai', 'shu', 'matsu', 'yama', 'enji'];
const grounds = { light: ['paper', 'surface', 'sunken'], dark: ['paper', 'surface', 'raised'] };
const fills: [text: string, fill: string][] = [
  ['on-ai', 'ai-fill'],
  ['on-ai', 'ai-fill-hover'],
  ['on-shu', 'shu-fill'],
];
const tinted = ['ai', 'shu', 'matsu', 'yama', 'enji'];

describe.each(['light', 'dark'] as const)('%s theme', (theme) => {
  const tokens = themes[theme];
  const color = (name: string) => parse(tokens[name] ?? '');

  it.each(grounds[theme])('every text can be read on %s', (ground) => {
    for (const text of texts) expect([text, contrast(color(text), color(ground)) >= 4.5]).toEqual([text, true]);
  });

  it('the border of a control is seen', () => {
    for (const ground of grounds[theme])
      expect(contrast(color('line-strong'), color(ground))).toBeGreaterThanOrEqual(3);
  });

  it('text on fills and on tints can be read', () => {
    for (const [text, fill] of fills) expect(contrast(color(text), color(fill))).toBeGreaterThanOrEqual(4.5);
    for (const name of tinted) expect(contrast(color(name), color(`${name}-tint`))).toBeGreaterThanOrEqual(4.5);
    expect(contrast([255, 255, 255], color('enji-fill'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(parse('#14191B'), color('yama-fill'))).toBeGreaterThanOrEqual(4.5);
  });

  it('chart colours stand out from their ground', () => {
    for (const series of ['chart-1', 'chart-2', 'chart-3', 'chart-4', 'chart-compare']) {
      expect([series, contrast(color(series), color('surface')) >= 3]).toEqual([series, true]);
    }
  });
});

describe('stage', () => {
  it.each(['stage-ink', 'stage-ink-2'])('%s can be read on a plate over a white picture', (text) => {
    for (const plate of ['stage-plate', 'stage-plate-host']) {
      const ground = laidOn(stage[plate] ?? '', [255, 255, 255]);
      expect(contrast(parse(stage[text] ?? ''), ground)).toBeGreaterThanOrEqual(4.5);
    }
  });
});

it('the two ways to the dark theme have the same colours', () => {
  expect(tokensOf(':root:not([data-theme])')).toEqual(themes.dark);
});
