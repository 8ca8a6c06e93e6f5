import { jest } from '@jest/globals';
import type { Api } from './api.ts';

/**
 * Moves the running clock of the process and the database's business time ahead together, on top of true time. The time of day stays:
 * socket.io's client would take a leap of it for a lost line.
 */
export class Clock {
  #aheadMs = 0;
  readonly #trueNow = performance.now.bind(performance);
  readonly #now = jest.spyOn(performance, 'now').mockImplementation(() => this.#trueNow() + this.#aheadMs);

  constructor(private readonly api: Api) {}

  /** What a page takes the time to be: it has learnt the database's. */
  now(): string {
    return new Date(Date.now() + this.#aheadMs).toISOString();
  }

  async forward(seconds: number): Promise<void> {
    this.#aheadMs += seconds * 1000;
    await this.#tellDatabase();
  }

  async restore(): Promise<void> {
    this.#aheadMs = 0;
    this.#now.mockRestore();
    await this.#tellDatabase();
  }

  async #tellDatabase(): Promise<void> {
    await this.api.database.sql(`UPDATE clock_offsets SET ahead = make_interval(secs => $1)`, [this.#aheadMs / 1000]);
  }
}
