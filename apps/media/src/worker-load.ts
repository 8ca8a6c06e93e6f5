/** What a viewer at 1.6 Mbit/s takes of a core, as measured (docs/benchmarks.md, sfu). */
const SHARE_OF_VIEWER = 0.003;
/** A viewer who was let in shows in what is measured once their media has flowed for a whole measurement. */
const SEEN_AFTER_MEASUREMENTS = 2;
/** How far below its limit a worker has to come before it takes viewers again. */
const RELIEF = 0.8;

/**
 * How busy a worker is, as a share of one core: what was measured last, and what those will add who came since. It is full from
 * its limit on, and stays so until it is well below: a worker at the limit would else change its mind each second.
 */
export class WorkerLoad {
  readonly #limit: number;
  #cpuMs: number | null = null;
  #at = 0;
  #measured = 0;
  /** Viewers let in, by the measurement that they came after, the newest first. */
  #expected: number[] = [0];
  #full = false;

  /** @param limit the share of a core from which it is full */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get share(): number {
    return this.#measured + SHARE_OF_VIEWER * this.#expected.reduce((sum, count) => sum + count, 0);
  }

  get full(): boolean {
    const { share } = this;
    if (this.#full ? share < this.#limit * RELIEF : share >= this.#limit) this.#full = !this.#full;
    return this.#full;
  }

  /** @param cpuMs CPU time that the worker has used since it began  @param at when, in milliseconds */
  measured(cpuMs: number, at: number): void {
    if (this.#cpuMs !== null && at > this.#at) {
      this.#measured = (cpuMs - this.#cpuMs) / (at - this.#at);
      this.#expected = [0, ...this.#expected].slice(0, SEEN_AFTER_MEASUREMENTS);
    }
    this.#cpuMs = cpuMs;
    this.#at = at;
  }

  /** A viewer was given to this worker. */
  expectViewer(): void {
    this.#expected[0]! += 1;
  }
}
