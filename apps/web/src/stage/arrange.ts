import type { Stage } from '#contracts/stage';

/** In the place of a participant's id. */
export const HOST = 'host';

export type Shape = 'portrait' | 'landscape';

/** Where one picture stands, in per cent of the stage. */
export interface Tile {
  id: string; // of a participant, or HOST
  left: number;
  top: number;
  width: number;
  height: number;
  /** It lies on another. */
  inset: boolean;
}

/** On a phone the head of the page lies above, and the lower part belongs to chat and goods. */
const PORTRAIT = { top: 12, row: 24 };
const INSET = {
  portrait: { left: 70, top: 13, width: 27, height: 15, step: 16 },
  landscape: { left: 76, top: 3, width: 22, height: 22, step: 24 },
} as const;

/** The pictures of a stage: the main one first, then the host, co-hosts and guests as they stand in it. */
export function arrange({ layout, onAir, mainId }: Pick<Stage, 'layout' | 'onAir' | 'mainId'>, shape: Shape): Tile[] {
  const main = onAir.some(({ id }) => id === mainId) ? mainId! : HOST;
  const others = [HOST, ...onAir.map(({ id }) => id)].filter((id) => id !== main);
  const whole = { id: main, left: 0, top: 0, width: 100, height: 100, inset: false };
  if (layout === 'solo' || others.length === 0) return [whole];
  if (layout === 'picture_in_picture') {
    const { left, top, width, height, step } = INSET[shape];
    return [whole, ...others.map((id, index) => ({ id, left, top: top + index * step, width, height, inset: true }))];
  }
  const rows = rowsOf([main, ...others], shape);
  return shape === 'portrait' ? byRows(rows) : byColumns(rows);
}

/** At most two by two; three give the main picture the room of two. */
function rowsOf(ids: string[], shape: Shape): string[][] {
  if (ids.length === 2) return [[ids[0]!], [ids[1]!]];
  if (ids.length === 3) return [[ids[0]!], ids.slice(1)];
  return shape === 'portrait'
    ? [ids.slice(0, 2), ids.slice(2)]
    : [
        [ids[0]!, ids[2]!],
        [ids[1]!, ids[3]!],
      ];
}

function byRows(rows: string[][]): Tile[] {
  return rows.flatMap((row, at) =>
    row.map((id, index) => {
      const width = 100 / row.length;
      const { top, row: height } = PORTRAIT;
      return { id, left: index * width, top: top + at * height, width, height, inset: false };
    }),
  );
}

function byColumns(columns: string[][]): Tile[] {
  return columns.flatMap((column, at) =>
    column.map((id, index) => {
      const height = 100 / column.length;
      return { id, left: at * 50, top: index * height, width: 50, height, inset: false };
    }),
  );
}
