import { describe, expect, it } from '@jest/globals';
import { placePins, shortened, textWidth, type PinSpan } from './pin-layout.ts';

const room = { left: 0, right: 400, picture: 30, gap: 6 };
const span = (id: string, x: number, amount: number): PinSpan => ({ id, x, width: 60, amount, wordsWidth: 120 });

describe('placePins', () => {
  it('names the pins that earned most first, the others by picture, the rest by line', () => {
    const placed = placePins([span('a', 0, 10), span('b', 40, 500), span('c', 170, 20), span('d', 180, 5)], room);
    expect(placed.map(({ id, label }) => [id, label])).toEqual([
      ['a', 'picture'],
      ['b', 'words'],
      ['c', 'words'],
      ['d', 'none'],
    ]);
  });

  it('keeps labels inside the chart and off each other', () => {
    const placed = placePins([span('a', 390, 10), span('b', 380, 5), span('c', 300, 1)], room);
    expect(placed[0]).toMatchObject({ label: 'words', labelX: 280 });
    const labelled = placed
      .filter((pin) => pin.label !== 'none')
      .map((pin) => [pin.labelX, pin.labelX + (pin.label === 'words' ? 120 : 30)] as const)
      .toSorted((a, b) => a[0] - b[0]);
    labelled.slice(1).forEach(([from], index) => expect(from).toBeGreaterThanOrEqual((labelled[index]?.[1] ?? 0) + 6));
  });
});

describe('shortened', () => {
  it('ends with an ellipsis only where it must', () => {
    expect(shortened('黒釉の急須', 13, 200)).toBe('黒釉の急須');
    const short = shortened('黒釉の急須（大）箱つき', 13, 70);
    expect(short.endsWith('…')).toBe(true);
    expect(textWidth(short, 13)).toBeLessThanOrEqual(70);
  });
});
