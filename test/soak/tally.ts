/** Counts of what was met, by name. */
export class Tally {
  readonly #counts = new Map<string, number>();

  count(name: string, times = 1): void {
    this.#counts.set(name, this.of(name) + times);
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** All of them, in the order of their names. */
  lines(): string[] {
    return [...this.#counts].sort(([a], [b]) => a.localeCompare(b)).map(([name, times]) => `${name} × ${times}`);
  }
}
