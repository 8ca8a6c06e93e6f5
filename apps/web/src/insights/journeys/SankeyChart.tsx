import type { JourneyFlow, Journeys } from '#contracts/journeys';
import { formatNumber, useLocale } from '../../i18n.ts';
import { ChartFigure, useWidth } from '../charts/ChartFigure.tsx';
import css from './Journeys.module.css';
import { sankey, type SankeyNode } from './sankey.ts';
import { stepName, timeWords, useJourneysText } from './texts.ts';

interface SankeyChartProps {
  journeys: Journeys | null;
  side: 'before' | 'after';
}

const HEIGHT = 360;
const BAR = 12;
const LABEL = 20;
const LEAST_WIDTH = 640;
/** Room for the name of the last column. */
const END = 150;

/** How people went from step to step: bars are people at a step, bands those who went on. Straight, as all of the house is. */
export function SankeyChart({ journeys, side }: SankeyChartProps) {
  const t = useJourneysText();
  useLocale();
  const name = (step: string) => stepName(t, step);
  const time = (seconds: number) => timeWords(t, seconds, formatNumber);
  return (
    <ChartFigure
      title={t.flow}
      unit={t.flowUnit}
      csvName="journey-steps"
      loading={!journeys}
      empty={t.nothing}
      height={HEIGHT}
      twin={{
        columns: [
          { name: t.from },
          { name: t.to },
          { name: t.distance, numeric: true },
          { name: t.orders, numeric: true },
          { name: t.people, numeric: true },
          { name: t.median, numeric: true },
        ],
        rows: (journeys?.flows ?? []).map((flow) => [
          { shown: name(flow.from), csv: flow.from },
          { shown: name(flow.to), csv: flow.to },
          { shown: formatNumber(flow.distance), csv: flow.distance },
          { shown: formatNumber(flow.orders), csv: flow.orders },
          { shown: formatNumber(flow.people), csv: flow.people },
          { shown: time(flow.medianSeconds), csv: Math.round(flow.medianSeconds) },
        ]),
      }}
    >
      <Bands flows={journeys?.flows ?? []} side={side} />
    </ChartFigure>
  );
}

/** Drawn only where there is something to draw: its width is learnt from the page. */
function Bands({ flows, side }: { flows: JourneyFlow[]; side: 'before' | 'after' }) {
  const t = useJourneysText();
  const { ref, width: room } = useWidth();
  const width = Math.max(LEAST_WIDTH, room);
  const { nodes, links, columns } = sankey(flows, side, HEIGHT - LABEL);
  const column = (width - END) / Math.max(1, columns - 1);
  const x = (node: SankeyNode) => (side === 'before' ? columns - 1 - node.column : node.column) * column;
  const name = (step: string) => stepName(t, step);
  const time = (seconds: number) => timeWords(t, seconds, formatNumber);
  return (
    <div ref={ref} className={css.flow} tabIndex={0} role="region" aria-label={t.flow}>
      <svg width={width} height={HEIGHT} role="list">
        {links.map((link) => {
          const [x0, x1] = [x(link.from) + BAR, x(link.to)];
          const [top, bottom] = [LABEL + link.fromY, LABEL + link.toY];
          const words = t.linkLabel(
            name(link.from.step),
            name(link.to.step),
            formatNumber(link.orders),
            formatNumber(link.people),
            time(link.medianSeconds),
          );
          return (
            <path
              key={`${link.from.id} ${link.to.id}`}
              role="listitem"
              aria-label={words}
              className={css.band}
              d={`M${x0} ${top}L${x1} ${bottom}V${bottom + link.height}L${x0} ${top + link.height}Z`}
            >
              <title>{words}</title>
            </path>
          );
        })}
        {nodes.map((node) => (
          <g key={node.id} transform={`translate(${x(node)} ${LABEL + node.y})`} aria-hidden="true">
            <rect width={BAR} height={node.height} rx={2} className={node.step === 'order' ? css.order : css.bar} />
            <text y={-5} className={css.label}>
              {name(node.step)} <tspan>{formatNumber(node.orders)}</tspan>
            </text>
          </g>
        ))}
      </svg>
    </div>
  );
}
