import css from './ShowsCompared.module.css';

interface SparklineProps {
  values: readonly number[];
  /** The value at the top: several lines beside each other share one. */
  most?: number;
  width?: number;
  height?: number;
}

/** A small line without axes; the figures beside it say what it means. */
export function Sparkline({ values, most, width = 96, height = 28 }: SparklineProps) {
  const top = Math.max(1, most ?? Math.max(0, ...values));
  const x = (index: number) => (values.length < 2 ? 0 : (index / (values.length - 1)) * width);
  const y = (value: number) => height - 1 - (value / top) * (height - 3);
  const points = values.map((value, index) => `${x(index).toFixed(1)} ${y(value).toFixed(1)}`);
  if (points.length === 0) return null;
  return (
    <svg className={css.spark} width={width} height={height} aria-hidden="true">
      <path className={css.sparkArea} d={`M0 ${height}L${points.join('L')}L${width} ${height}Z`} />
      <path className={css.sparkLine} d={`M${points.join('L')}`} />
    </svg>
  );
}
