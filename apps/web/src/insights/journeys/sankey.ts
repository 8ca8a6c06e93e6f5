import type { JourneyFlow } from '#contracts/journeys';

export interface SankeyNode {
  id: string;
  /** 0 is the purchase; each further column is one step away from it. */
  column: number;
  step: string;
  orders: number;
  y: number;
  height: number;
}

export interface SankeyLink {
  from: SankeyNode;
  to: SankeyNode;
  orders: number;
  people: number;
  medianSeconds: number;
  /** Upper end at either node. */
  fromY: number;
  toY: number;
  height: number;
}

const GAP = 30;
const LEAST = 3;

/**
 * Steps as columns of bars, and flows as bands between them, all to one scale: a band's height says how many orders went that way. Bars of a column stand in the order of
 * their size, the greatest on top.
 *
 * @param side before: flows lead to the purchase, after: away from it
 */
export function sankey(
  flows: readonly JourneyFlow[],
  side: 'before' | 'after',
  height: number,
): { nodes: SankeyNode[]; links: SankeyLink[]; columns: number } {
  const ends = flows.map((flow) => {
    const [far, near] = [flow.distance, flow.distance - 1];
    const [fromColumn, toColumn] = side === 'before' ? [far, near] : [near, far];
    return { flow, from: `${fromColumn} ${flow.from}`, to: `${toColumn} ${flow.to}` };
  });
  const out = new Map<string, number>();
  const into = new Map<string, number>();
  const add = (sums: Map<string, number>, key: string, orders: number) => sums.set(key, (sums.get(key) ?? 0) + orders);
  for (const { flow, from, to } of ends) {
    add(out, from, flow.orders);
    add(into, to, flow.orders);
  }
  const ids = [...new Set([...out.keys(), ...into.keys()])];
  const nodes: SankeyNode[] = ids.map((id) => {
    const space = id.indexOf(' ');
    const orders = Math.max(out.get(id) ?? 0, into.get(id) ?? 0);
    return { id, column: Number(id.slice(0, space)), step: id.slice(space + 1), orders, y: 0, height: 0 };
  });
  const byColumn = [...Map.groupBy(nodes, ({ column }) => column).values()];
  const scale = Math.min(
    ...byColumn.map((column) => {
      const orders = column.reduce((sum, node) => sum + node.orders, 0);
      return Math.max(1, height - GAP * column.length) / Math.max(1, orders);
    }),
  );
  for (const column of byColumn) {
    let y = 0;
    for (const node of column.sort((a, b) => b.orders - a.orders || (a.step < b.step ? -1 : 1))) {
      node.y = y;
      node.height = Math.max(LEAST, node.orders * scale);
      y += node.height + GAP;
    }
  }
  const nodeOf = new Map(nodes.map((node) => [node.id, node]));
  const taken = new Map<string, number>();
  const place = (key: string, node: SankeyNode, size: number) => {
    const used = taken.get(key) ?? 0;
    taken.set(key, used + size);
    return node.y + used;
  };
  const links = ends
    .map(({ flow, from, to }) => ({ flow, from: nodeOf.get(from)!, to: nodeOf.get(to)! }))
    .sort((a, b) => a.from.y - b.from.y || a.to.y - b.to.y)
    .map(({ flow, from, to }) => {
      const size = Math.max(1, flow.orders * scale);
      return {
        ...{ from, to, orders: flow.orders, people: flow.people, medianSeconds: flow.medianSeconds, height: size },
        fromY: place(`out ${from.id}`, from, size),
        toY: place(`in ${to.id}`, to, size),
      };
    });
  return { nodes, links, columns: 1 + Math.max(0, ...nodes.map(({ column }) => column)) };
}
