import { sqlState } from './sql-errors.ts';

/** Whoever comes more often than this is worth a plan that each connection keeps. */
const OFTEN = 2;
const MAX_NAMES = 500;
/** Texts that are put together anew each time are not worth remembering. */
const MAX_SEEN = 5_000;

/**
 * Names for the statements that come again and again: PostgreSQL parses a named one once for each connection, and plans it a few
 * times at most. Without, planning was two thirds of what an order cost there.
 */
export class StatementNames {
  readonly #seen = new Map<string, { times: number; name?: string }>();
  #named = 0;

  /** @returns undefined for a statement that goes without */
  of(text: string): string | undefined {
    let one = this.#seen.get(text);
    if (!one) {
      if (this.#seen.size >= MAX_SEEN) return undefined;
      one = { times: 0 };
      this.#seen.set(text, one);
    }
    if (one.name) return one.name;
    one.times += 1;
    if (one.times <= OFTEN || this.#named >= MAX_NAMES) return undefined;
    return (one.name = this.#next());
  }

  /** A plan that connections keep has become wrong: the statement goes by another name from now on. */
  renew(text: string): void {
    const one = this.#seen.get(text);
    if (one?.name) one.name = this.#next();
  }

  #next(): string {
    this.#named += 1;
    return `s${this.#named}`;
  }
}

/** A migration beside us has changed what a statement answers, or somebody has thrown the connection's plans away. */
export function isStalePlan(error: unknown): boolean {
  const state = sqlState(error);
  if (state === '26000') return true;
  return state === '0A000' && String((error as { message?: unknown }).message).includes('cached plan');
}
