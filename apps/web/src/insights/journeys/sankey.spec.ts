import { describe, expect, it } from '@jest/globals';
import { sankey } from './sankey.ts';

const flow = (distance: number, from: string, to: string, orders: number) => ({
  ...{ distance, from, to, orders, people: 1, medianSeconds: 60 },
});

describe('sankey', () => {
  it('puts steps into columns by their distance from the purchase', () => {
    const flows = [flow(1, 'checkout', 'order', 8), flow(2, 'product', 'checkout', 6), flow(2, 'show', 'checkout', 2)];
    const { nodes, links, columns } = sankey(flows, 'before', 300);
    expect(columns).toBe(3);
    expect(nodes.map(({ column, step, orders }) => [column, step, orders]).toSorted()).toEqual([
      [0, 'order', 8],
      [1, 'checkout', 8],
      [2, 'product', 6],
      [2, 'show', 2],
    ]);
    for (const { from, to } of links) expect(from.column).toBe(to.column + 1);
  });

  it('draws to one scale, within its height, bands beside each other', () => {
    const flows = [flow(1, 'order', 'visit:direct', 30), flow(1, 'order', 'survey', 10), flow(2, 'survey', 'share', 5)];
    const { nodes, links } = sankey(flows, 'after', 200);
    const order = nodes.find(({ step }) => step === 'order')!;
    const [first, second] = links.filter(({ from }) => from === order);
    expect(first!.height / second!.height).toBeCloseTo(3);
    expect(second!.fromY).toBeCloseTo(first!.fromY + first!.height);
    for (const { y, height } of nodes) expect(y + height).toBeLessThanOrEqual(200);
  });

  it('is empty without flows', () => {
    expect(sankey([], 'before', 200)).toEqual({ nodes: [], links: [], columns: 1 });
  });
});
