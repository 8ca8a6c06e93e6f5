import { logger } from '#platform/logger';

/**
 * Work that waits in a table of its own: done by the clock, and soon after somebody says that there is some. It is a queue without a job for
 * each of its rows, so that what a crowd leaves is done together. One round at a time in this process; against others, rows are locked or
 * say until when somebody is at them.
 */
export class Sweep {
  #clock: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #wanted = false;
  #stopped = true;

  /** @param work all that is due; what it throws is logged, and tried again by the clock */
  constructor(
    private readonly name: string,
    private readonly everyMs: number,
    private readonly work: () => Promise<unknown>,
  ) {}

  start(): void {
    this.#stopped = false;
    this.#clock = setInterval(() => this.#run(), this.everyMs);
  }

  /** A round begins within this time, and sees what is committed now. */
  soon(withinMs: number): void {
    if (this.#stopped) return;
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      this.#run();
    }, withinMs);
  }

  /** A round that may be long ends early then. */
  get isStopped(): boolean {
    return this.#stopped;
  }

  /** Resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#clock);
    clearTimeout(this.#soon);
    await this.#running;
  }

  #run(): void {
    this.#wanted = true;
    this.#running ??= this.#rounds().finally(() => (this.#running = undefined));
  }

  async #rounds(): Promise<void> {
    while (this.#wanted && !this.#stopped) {
      this.#wanted = false;
      try {
        await this.work();
      } catch (error) {
        logger.warn({ err: error }, `${this.name}: a round failed`);
      }
    }
  }
}
