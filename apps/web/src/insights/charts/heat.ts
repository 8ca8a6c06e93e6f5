/** Which of five shades, 0 the lightest. What is 0 is the lightest too: an empty cell is something else. */
export function heatOf(value: number, most: number): number {
  if (!(most > 0) || !(value > 0)) return 0;
  return Math.min(4, Math.floor((value / most) * 5));
}
