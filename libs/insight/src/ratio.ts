/** A share, or null where the whole is 0: a rate over nobody is unknown, not nought. */
export function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
