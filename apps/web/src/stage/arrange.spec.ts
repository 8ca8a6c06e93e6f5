import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { emptyStage, StageLayout, type Stage } from '#contracts/stage';
import { arrange, HOST, type Shape, type Tile } from './arrange.ts';

const stageOf = (layout: StageLayout, guests: string[], mainId: string | null = null): Stage => ({
  ...emptyStage,
  layout,
  mainId,
  onAir: guests.map((id) => ({ id, name: id, role: 'guest', muted: false })),
});
const boxes = (tiles: Tile[]) => tiles.map(({ id, left, top, width, height }) => [id, left, top, width, height]);

describe('the pictures of a stage', () => {
  it('are the whole of it while the host is alone, whatever the layout', () => {
    for (const layout of StageLayout.options) {
      for (const shape of ['portrait', 'landscape'] as const) {
        expect(boxes(arrange(stageOf(layout, []), shape))).toEqual([[HOST, 0, 0, 100, 100]]);
      }
    }
  });

  it('stand side by side on a wide screen, three with a large one', () => {
    expect(boxes(arrange(stageOf('side_by_side', ['a']), 'landscape'))).toEqual([
      [HOST, 0, 0, 50, 100],
      ['a', 50, 0, 50, 100],
    ]);
    expect(boxes(arrange(stageOf('side_by_side', ['a', 'b'], 'b'), 'landscape'))).toEqual([
      ['b', 0, 0, 50, 100],
      [HOST, 50, 0, 50, 50],
      ['a', 50, 50, 50, 50],
    ]);
    expect(boxes(arrange(stageOf('side_by_side', ['a', 'b', 'c']), 'landscape'))).toEqual([
      [HOST, 0, 0, 50, 50],
      ['b', 0, 50, 50, 50],
      ['a', 50, 0, 50, 50],
      ['c', 50, 50, 50, 50],
    ]);
  });

  it('stand one above the other on a phone, below its head and above chat and goods', () => {
    expect(boxes(arrange(stageOf('side_by_side', ['a']), 'portrait'))).toEqual([
      [HOST, 0, 12, 100, 24],
      ['a', 0, 36, 100, 24],
    ]);
    expect(boxes(arrange(stageOf('side_by_side', ['a', 'b', 'c']), 'portrait'))).toEqual([
      [HOST, 0, 12, 50, 24],
      ['a', 50, 12, 50, 24],
      ['b', 0, 36, 50, 24],
      ['c', 50, 36, 50, 24],
    ]);
  });

  it('are the main one alone, or with the others on it', () => {
    expect(arrange(stageOf('solo', ['a', 'b'], 'a'), 'portrait').map(({ id }) => id)).toEqual(['a']);
    const tiles = arrange(stageOf('picture_in_picture', ['a', 'b'], 'a'), 'landscape');
    expect(tiles.map(({ id, inset }) => [id, inset])).toEqual([
      ['a', false],
      [HOST, true],
      ['b', true],
    ]);
  });

  it('leave the main place to the host when who had it is gone', () => {
    expect(arrange(stageOf('picture_in_picture', ['a'], 'gone'), 'landscape')[0]!.id).toBe(HOST);
  });

  it('show everybody once, inside of the stage, and cover each other only as insets', () => {
    const stages = fc.record({
      layout: fc.constantFrom(...StageLayout.options.filter((layout) => layout !== 'solo')),
      count: fc.integer({ min: 0, max: 3 }),
      main: fc.constantFrom(null, 'a', 'b', 'c'),
      shape: fc.constantFrom<Shape>('portrait', 'landscape'),
    });
    fc.assert(
      fc.property(stages, ({ layout, count, main, shape }) => {
        const ids = ['a', 'b', 'c'].slice(0, count);
        const tiles = arrange(stageOf(layout, ids, main), shape);
        expect(tiles.map(({ id }) => id).toSorted()).toEqual([...ids, HOST].toSorted());
        for (const [index, one] of tiles.entries()) {
          expect(one.left + one.width).toBeLessThanOrEqual(100);
          expect(one.top + one.height).toBeLessThanOrEqual(100);
          for (const other of tiles.slice(index + 1)) {
            const apart =
              one.left + one.width <= other.left ||
              other.left + other.width <= one.left ||
              one.top + one.height <= other.top ||
              other.top + other.height <= one.top;
            expect(apart || one.inset !== other.inset).toBe(true);
          }
        }
      }),
    );
  });
});
