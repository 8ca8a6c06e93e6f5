import { TimeChart } from './TimeChart.tsx';
import type { FigureProps, Mark, Panel, Series, Slot, Span } from './types.ts';

interface LineChartProps extends FigureProps, Pick<Panel, 'format' | 'axisFormat' | 'csv' | 'height'> {
  slots: readonly Slot[];
  /** At most four, and one to compare with (tone `compare`): its values stand at the slots of this period. */
  series: readonly Series[];
  timeZone: string;
  spans?: readonly Span[];
  marks?: readonly Mark[];
  summary?: string;
}

/** One value over time, of this period and of the one before. */
export function LineChart({ series, format, axisFormat, csv, height, ...rest }: LineChartProps) {
  const panel: Panel = {
    kind: 'line',
    series,
    format,
    ...(axisFormat && { axisFormat }),
    ...(csv && { csv }),
    ...(height !== undefined && { height }),
  };
  return <TimeChart {...rest} panels={[panel]} />;
}
