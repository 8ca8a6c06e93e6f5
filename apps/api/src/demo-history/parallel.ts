/** More of them would only wait for the same stock levels: all buy what is on screen. */
const AT_ONCE = 8;

/** Works that run beside each other, a few at once. The first that fails fails them all. */
export class Parallel {
  readonly #running = new Set<Promise<void>>();
  #failure: { error: unknown } | undefined;

  constructor(private readonly atOnce = AT_ONCE) {}

  /**
   * Begins it as soon as there is room.
   * @returns what settles when it is done; a failure is the next call's
   */
  async add(work: () => Promise<unknown>): Promise<{ done: Promise<void> }> {
    while (this.#running.size >= this.atOnce) await Promise.race(this.#running);
    this.#check();
    const running = work().then(
      () => undefined,
      (error: unknown) => void (this.#failure ??= { error }),
    );
    const tracked: Promise<void> = running.finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
    return { done: tracked };
  }

  /** Waits for all that were begun. */
  async idle(): Promise<void> {
    await Promise.all(this.#running);
    this.#check();
  }

  #check(): void {
    if (this.#failure) throw this.#failure.error;
  }
}

export async function inParallel<T>(of: T[], work: (one: T) => Promise<unknown>): Promise<void> {
  const parallel = new Parallel();
  for (const one of of) await parallel.add(() => work(one));
  await parallel.idle();
}
