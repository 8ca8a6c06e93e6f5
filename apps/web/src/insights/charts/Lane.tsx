import { sized } from '../../ui/ProductPicture.tsx';
import css from './Chart.module.css';
import { laneAt, type ChartLayout } from './layout.ts';
import { placePins, shortened, textWidth } from './pin-layout.ts';
import type { LaneItem } from './types.ts';

const NAME_MAX = 120;

/** What lasted, as lines below the axis; those that weigh most are named first. */
export function Lane({ layout, items }: { layout: ChartLayout; items: readonly LaneItem[] }) {
  const visible = items.filter((item) => item.to >= layout.from && item.from <= layout.to);
  const spans = visible.map((item) => {
    const x = layout.x(Math.max(item.from, layout.from));
    const width = Math.max(2, layout.x(Math.min(item.to, layout.to)) - x);
    const words = Math.max(textWidth(shortened(item.name, 13, NAME_MAX), 13), textWidth(item.detail, 12));
    return { id: item.id, x, width, amount: item.weight, wordsWidth: laneAt.size + 8 + words };
  });
  const byId = new Map(visible.map((item) => [item.id, item]));
  const lines = { now: css.laneNow, answer: css.laneAnswer, plain: css.lanePlain };
  return placePins(spans, { left: layout.left, right: layout.right, picture: laneAt.size, gap: 8 }).map((placed) => {
    const item = byId.get(placed.id);
    if (!item) return null;
    const textX = placed.labelX + laneAt.size + 8;
    const pictureY = layout.lane + laneAt.picture;
    return (
      <g key={item.id} className={item.tone === 'answer' ? css.laneTold : undefined}>
        <path
          className={lines[item.tone]}
          d={`M${placed.x} ${layout.lane + laneAt.line}h${Math.max(2, placed.width - 2)}`}
        />
        {placed.label !== 'none' && <Picture url={item.imageUrl} x={placed.labelX} y={pictureY} />}
        {placed.label === 'words' && (
          <>
            <text className={css.laneName} x={textX} y={pictureY + 12}>
              {shortened(item.name, 13, NAME_MAX)}
            </text>
            <text className={css.laneDetail} x={textX} y={pictureY + 28}>
              {item.detail}
            </text>
          </>
        )}
      </g>
    );
  });
}

function Picture({ url, x, y }: { url: string | null; x: number; y: number }) {
  const box = { x, y, width: laneAt.size, height: laneAt.size };
  return url === null ? (
    <rect className={css.noPicture} {...box} rx={3} />
  ) : (
    <image className={css.picture} {...box} href={sized(url, 160)} preserveAspectRatio="xMidYMid slice" />
  );
}
