import { logger } from '#platform/logger';
import { Sweep } from './sweep.ts';

interface Options<Task> {
  name: string;
  /** Work that nobody told of (another process's, or of one that died) is found this soon. */
  everyMs: number;
  /** How much of it at one moment, in this process. */
  lanes: number;
  /** Takes at most so many of those that are due, so that for a while nobody else does. */
  take: (atMost: number) => Promise<Task[]>;
  /** May be run again for the same task, here or in another process. What it throws is logged; when to try again, the table says. */
  work: (task: Task) => Promise<void>;
}

/** Rows of a table as a queue, without a job for each of them: what is slow stands in its own lane only. */
export class TableQueue<Task> {
  readonly #active = new Set<Promise<void>>();
  readonly #sweep: Sweep;

  constructor(private readonly options: Options<Task>) {
    this.#sweep = new Sweep(options.name, options.everyMs, () => this.#fill());
  }

  start(): void {
    this.#sweep.start();
  }

  soon(withinMs: number): void {
    this.#sweep.soon(withinMs);
  }

  /** Resolves when what was begun is done. */
  async stop(): Promise<void> {
    await this.#sweep.stop();
    await Promise.all(this.#active);
  }

  async #fill(): Promise<void> {
    const { lanes, take } = this.options;
    while (!this.#sweep.isStopped) {
      const free = lanes - this.#active.size;
      if (free === 0) return;
      const tasks = await take(free);
      for (const task of tasks) this.#begin(task);
      if (tasks.length < free) return;
    }
  }

  #begin(task: Task): void {
    const { lanes, name, work } = this.options;
    const running = work(task)
      .catch((error: unknown) => logger.warn({ err: error }, `${name}: to be tried again`))
      .then(() => {
        const wereBusy = this.#active.size === lanes;
        this.#active.delete(running);
        if (wereBusy) this.#sweep.soon(0);
      });
    this.#active.add(running);
  }
}
