import type { Database } from '../database/index.ts';

/**
 * The business clock of a history: set to moments of the past, in order. Between two settings it runs on by itself, and it is never set
 * back, so that nothing is recorded before what led to it.
 */
export class HistoryClock {
  #at = -Infinity;

  constructor(private readonly database: Database) {}

  /** Nothing happens where it is later already, or as good as there. */
  async to(moment: Date): Promise<void> {
    if (moment.getTime() - this.#at < 1_000) return;
    this.#at = moment.getTime();
    await this.database.sql(`UPDATE clock_offsets SET ahead = GREATEST(ahead, $1::timestamptz - now())`, [
      moment.toISOString(),
    ]);
  }

  /** The first setting, which goes back. */
  async begin(moment: Date): Promise<void> {
    this.#at = moment.getTime();
    await this.database.sql(`UPDATE clock_offsets SET ahead = $1::timestamptz - now()`, [moment.toISOString()]);
  }

  async restore(): Promise<void> {
    this.#at = Infinity;
    await restoreClock(this.database);
  }
}

/** True time again. A history that goes on meanwhile cannot leave it: it sets the clock forward only. */
export async function restoreClock(database: Database): Promise<void> {
  await database.sql(`UPDATE clock_offsets SET ahead = interval '0' WHERE ahead <> interval '0'`);
}
