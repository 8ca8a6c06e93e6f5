/** Tells things together: the first of a quiet moment at once, and what comes within `everyMs` of it as one. */
export class Ticks<Item> {
  readonly #waiting = new Set<Item>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly everyMs: number,
    private readonly say: (items: Item[]) => void,
  ) {}

  tell(items: Iterable<Item>): void {
    for (const item of items) this.#waiting.add(item);
    if (!this.#timer) this.#flush();
  }

  #flush(): void {
    this.#timer = undefined;
    if (this.#waiting.size === 0) return;
    const items = [...this.#waiting];
    this.#waiting.clear();
    this.#timer = setTimeout(() => this.#flush(), this.everyMs).unref();
    this.say(items);
  }
}
